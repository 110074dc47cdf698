package dev.connectors.testkit.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Copies lines from a file to another, in batches, and keeps its position in a third. Prints
 * WRITTEN for each line and END at the end.
 */
final class FilePipelineMain {
  private static final int BATCH = 20;

  private FilePipelineMain() {}

  /**
   * Arguments: input, output, file of the position, {@code commit-first} or {@code write-first}.
   */
  public static void main(String[] args) throws IOException {
    List<String> lines = Files.readAllLines(Path.of(args[0]));
    Path position = Path.of(args[2]);
    boolean broken = args[3].equals("commit-first");
    long pause = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[4]));
    try (RandomAccessFile out = new RandomAccessFile(args[1], "rw")) {
      cutTornLine(out);
      int next = Files.exists(position) ? Integer.parseInt(Files.readString(position)) : 0;
      while (next < lines.size()) {
        int end = Math.min(next + BATCH, lines.size());
        if (broken) {
          commit(position, end);
        }
        for (String line : lines.subList(next, end)) {
          out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
          System.out.println("WRITTEN " + line);
          LockSupport.parkNanos(pause);
        }
        if (!broken) {
          commit(position, end);
        }
        next = end;
      }
    }
    System.out.println("END");
  }

  private static void commit(Path position, int next) throws IOException {
    Path draft = Path.of(position + ".draft");
    Files.writeString(draft, Integer.toString(next));
    Files.move(draft, position, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A kill may have come in the middle of a write. */
  private static void cutTornLine(RandomAccessFile out) throws IOException {
    long end = out.length();
    while (end > 0) {
      out.seek(end - 1);
      if (out.read() == '\n') {
        break;
      }
      end--;
    }
    out.setLength(end);
    out.seek(end);
  }
}
