package dev.connectors.benchmarks.stress;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.core.internal.Tracked;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;

/** A window whose owner counts; its own state is safe under any race. */
final class Fixture implements InFlight.Owner {
  /** What a frontier of nothing is in a result. */
  static final long NOTHING = -1;

  private static final CompletionStage<Done> DONE =
      CompletableFuture.completedFuture(Done.getInstance());
  private static final InFlightSettings DEFAULTS =
      InFlightSettings.create(ConfigFactory.defaultReference().getConfig("connectors.in-flight"));

  final InFlight window;
  final Lane lane;
  private final AtomicInteger resumes = new AtomicInteger();
  private final AtomicInteger rejections = new AtomicInteger();

  private Fixture(InFlightSettings settings) {
    window = new InFlight(settings, this);
    lane = window.lane("lane");
  }

  static Fixture roomy() {
    return new Fixture(DEFAULTS);
  }

  /** {@code resume-at} is half. */
  static Fixture withMaxElements(int value) {
    return new Fixture(DEFAULTS.withMaxElements(value).withResumeAt(0.5));
  }

  static Fixture withMaxUncommitted(int value) {
    return new Fixture(DEFAULTS.withMaxElements(1).withMaxUncommitted(value));
  }

  Tracked emit(long position) {
    return emit(lane, position);
  }

  static Tracked emit(Lane lane, long position) {
    return Objects.requireNonNull(lane.emit(position, 10));
  }

  /** The first of {@code count} elements. */
  static Tracked fill(Lane lane, int count) {
    Tracked first = emit(lane, 0);
    for (int position = 1; position < count; position++) {
      emit(lane, position);
    }
    return first;
  }

  long frontier() {
    return Math.max(NOTHING, lane.frontier());
  }

  int resumes() {
    return resumes.get();
  }

  int rejections() {
    return rejections.get();
  }

  @Override
  public void resume() {
    resumes.incrementAndGet();
  }

  @Override
  public CompletionStage<Done> commit() {
    return DONE;
  }

  @Override
  public CompletionStage<Done> rejected(Tracked element, Throwable cause) {
    rejections.incrementAndGet();
    return DONE;
  }
}
