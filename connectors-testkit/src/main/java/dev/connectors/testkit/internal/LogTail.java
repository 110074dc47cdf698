package dev.connectors.testkit.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What one run of a server has appended to its log. */
public final class LogTail {
  private static final int CHUNK = 64 * 1024;

  private final Path file;
  private final long start;
  private long searched;

  private LogTail(Path file, long start) {
    this.file = file;
    this.start = start;
    this.searched = start;
  }

  /** From the end of {@code file}, which need not exist, on. */
  public static LogTail fromEndOf(Path file) {
    try {
      return new LogTail(file, Files.exists(file) ? Files.size(file) : 0);
    } catch (IOException unreadable) {
      return new LogTail(file, 0);
    }
  }

  /** The whole log. */
  public Path file() {
    return file;
  }

  /** Whether {@code mark} has appeared since this was last asked. */
  public boolean contains(String mark) {
    byte[] chunk = new byte[CHUNK];
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      // One mark may straddle what was searched and what is new.
      log.seek(Math.max(start, searched - mark.length()));
      String carried = "";
      for (int read = log.read(chunk); read > 0; read = log.read(chunk)) {
        String text = carried + new String(chunk, 0, read, StandardCharsets.ISO_8859_1);
        if (text.contains(mark)) {
          return true;
        }
        carried = text.substring(Math.max(0, text.length() - mark.length()));
      }
      searched = log.getFilePointer();
      return false;
    } catch (IOException notYetThere) {
      return false;
    }
  }

  /** The last lines of this run. */
  String lastLines(int count) {
    return lastLines(file, start, count);
  }

  /** The last lines of {@code file}, from {@code start} on. */
  public static String lastLines(Path file, long start, int count) {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(Math.max(start, log.length() - CHUNK));
      byte[] end = new byte[(int) (log.length() - log.getFilePointer())];
      log.readFully(end);
      List<String> lines = new String(end, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    } catch (IOException unreadable) {
      return "(unreadable: " + unreadable + ")";
    }
  }
}
