package dev.connectors.docs.quickstart;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file of JSON lines, checked: each is one JSON object in UTF-8 of at most {@link
 * #MAX_LINE} bytes. Blank lines and a byte order mark are skipped.
 */
final class JsonLines implements Iterator<byte[]>, Closeable {
  /** What fits into a Kafka record with the default {@code max.request.size}. */
  static final int MAX_LINE = 1_000_000;

  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_REASON = 160;

  private final String name;
  private final InputStream in;
  private long lineNumber;
  private byte @Nullable [] next;
  private boolean ended;

  /**
   * @param name what errors call the input
   */
  JsonLines(String name, InputStream in) {
    this.name = name;
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** Opens a file. */
  static JsonLines open(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new UserError(file + " is a directory");
      }
      return new JsonLines(file.toString(), Files.newInputStream(file));
    } catch (NoSuchFileException e) {
      throw new UserError(file + " does not exist");
    } catch (AccessDeniedException e) {
      throw new UserError(file + " may not be read");
    } catch (IOException e) {
      throw new UserError(file + " can't be read: " + e.getMessage());
    }
  }

  /** Reads the whole file and returns how many objects it has. */
  static long check(Path file) {
    try (JsonLines lines = open(file)) {
      long count = 0;
      while (lines.hasNext()) {
        lines.next();
        count++;
      }
      return count;
    }
  }

  /**
   * @throws UserError if the next line is not what it must be: named as {@code file:line}
   */
  @Override
  public boolean hasNext() {
    while (next == null && !ended) {
      byte[] line = readLine();
      if (line == null) {
        ended = true;
      } else if (!isBlank(line)) {
        check(line);
        next = line;
      }
    }
    return next != null;
  }

  @Override
  public byte[] next() {
    byte[] line = hasNext() ? next : null;
    if (line == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return line;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte @Nullable [] readLine() {
    lineNumber++;
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try {
      int c = in.read();
      if (c < 0) {
        return null;
      }
      for (; c >= 0 && c != '\n'; c = in.read()) {
        if (line.size() == MAX_LINE) {
          throw refused("longer than " + MAX_LINE + " bytes");
        }
        line.write(c);
      }
    } catch (IOException e) {
      throw refused("can't be read: " + e.getMessage());
    }
    byte[] bytes = line.toByteArray();
    return lineNumber == 1 ? withoutMark(bytes) : bytes;
  }

  private static byte[] withoutMark(byte[] line) {
    boolean marked =
        line.length >= 3
            && line[0] == (byte) 0xEF
            && line[1] == (byte) 0xBB
            && line[2] == (byte) 0xBF;
    return marked ? java.util.Arrays.copyOfRange(line, 3, line.length) : line;
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private void check(byte[] line) {
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw refused("a JSON object is expected, with { at the start of the line");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw refused("one JSON object per line is expected, and more follows it");
      }
    } catch (JsonProcessingException e) {
      throw refused("not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw refused("not JSON: " + e.getMessage());
    }
  }

  private UserError refused(String reason) {
    String line = reason.replaceAll("\\s+", " ");
    return new UserError(
        name
            + ':'
            + lineNumber
            + ": "
            + (line.length() > MAX_REASON ? line.substring(0, MAX_REASON) + "…" : line));
  }
}
