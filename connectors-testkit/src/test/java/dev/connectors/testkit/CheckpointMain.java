package dev.connectors.testkit;

import dev.connectors.core.CheckpointStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Saves one number after the other until it is killed. */
final class CheckpointMain {
  /** More than a page, so that a save has a middle. */
  static final int BYTES = 64 * 1024;

  private CheckpointMain() {}

  public static void main(String[] args) throws IOException {
    CheckpointStore store = CheckpointStore.files(Path.of(args[0]));
    long number =
        store.load("numbers").map(value -> ByteBuffer.wrap(value).getLong()).orElse(0L) + 1;
    while (true) {
      store.save("numbers", ByteBuffer.allocate(BYTES).putLong(number).array());
      System.out.println("SAVED " + number++);
    }
  }
}
