package dev.connectors.core;

/**
 * What was written into files or objects, all complete and durable.
 *
 * @param files how many
 * @param elements in all of them
 * @param bytes in all of them
 */
public record RollingSummary(long files, long elements, long bytes) {
  /** Nothing yet. */
  public static final RollingSummary NONE = new RollingSummary(0, 0, 0);

  /** One more file. */
  public RollingSummary plus(long fileElements, long fileBytes) {
    return new RollingSummary(files + 1, elements + fileElements, bytes + fileBytes);
  }
}
