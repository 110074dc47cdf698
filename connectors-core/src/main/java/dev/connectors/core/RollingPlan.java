package dev.connectors.core;

import java.util.Objects;
import java.util.function.Function;

/**
 * Into which files or objects elements go, how those are named, and what stands in them. When one
 * is complete, {@link RollingSettings} say.
 *
 * <pre>{@code
 * RollingPlan<ConsumerRecord<String, String>, Path> plan =
 *     RollingPlan.<ConsumerRecord<String, String>, Path>of(
 *             RollingFormat.lines(ConsumerRecord::value),
 *             file -> Path.of(file.partition(), "%020d.txt".formatted(file.first().offset())))
 *         .withPartition(record -> record.topic() + "-" + record.partition());
 * }</pre>
 *
 * <p>Immutable. Its functions are called by the stream's thread and must not block.
 *
 * @param <T> the elements
 * @param <N> names: a {@code Path} for files
 */
public final class RollingPlan<T, N> {
  private final RollingFormat<? super T> format;
  private final Function<? super T, String> partition;
  private final Function<RollingStart<T>, N> name;

  private RollingPlan(
      RollingFormat<? super T> format,
      Function<? super T, String> partition,
      Function<RollingStart<T>, N> name) {
    this.format = Objects.requireNonNull(format, "format");
    this.partition = Objects.requireNonNull(partition, "partition");
    this.name = Objects.requireNonNull(name, "name");
  }

  /**
   * One file after the other.
   *
   * @param name called once for each file, when its first element is there
   */
  public static <T, N> RollingPlan<T, N> of(
      RollingFormat<? super T> format, Function<RollingStart<T>, N> name) {
    return new RollingPlan<>(format, element -> "", name);
  }

  /**
   * Elements for which the function gives the same go into the same file, others into files beside
   * it. Default: all into one.
   */
  public RollingPlan<T, N> withPartition(Function<? super T, String> value) {
    return new RollingPlan<>(format, value, name);
  }

  public RollingFormat<? super T> format() {
    return format;
  }

  /** The element's partition. */
  public String partition(T element) {
    return partition.apply(element);
  }

  /** The name of a file that begins. */
  public N name(RollingStart<T> start) {
    return name.apply(start);
  }
}
