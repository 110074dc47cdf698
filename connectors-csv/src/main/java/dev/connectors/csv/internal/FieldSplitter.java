package dev.connectors.csv.internal;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Objects;

/** Takes whole records of a simple dialect apart, as Commons CSV does. Not thread-safe. */
final class FieldSplitter {
  private final byte delimiter;
  private final int quote;
  private final Charset charset;
  private String[] fields = new String[16];

  FieldSplitter(Dialect dialect) {
    delimiter = dialect.delimiter[0];
    quote = dialect.quote == null ? Integer.MIN_VALUE : Objects.requireNonNull(dialect.quote)[0];
    charset = dialect.charset;
  }

  String[] split(byte[] bytes, int start, int end) {
    int count = 0;
    int at = start;
    while (true) {
      String value;
      if (at < end && bytes[at] == quote) {
        int from = at + 1;
        int pairs = 0;
        int close = find(bytes, from, end, (byte) quote);
        while (close + 1 < end && bytes[close + 1] == quote) {
          pairs++;
          close = find(bytes, close + 2, end, (byte) quote);
        }
        value = pairs == 0 ? text(bytes, from, close) : unquoted(bytes, from, close, pairs);
        at = find(bytes, Math.min(close + 1, end), end, delimiter);
      } else {
        int from = at;
        at = find(bytes, from, end, delimiter);
        value = text(bytes, from, at);
      }
      if (count == fields.length) {
        fields = Arrays.copyOf(fields, 2 * count);
      }
      fields[count++] = value;
      if (at >= end) {
        return Arrays.copyOf(fields, count);
      }
      at++;
    }
  }

  private static int find(byte[] bytes, int from, int end, byte wanted) {
    int i = from;
    while (i < end && bytes[i] != wanted) {
      i++;
    }
    return i;
  }

  private String text(byte[] bytes, int from, int to) {
    return from == to ? "" : new String(bytes, from, to - from, charset);
  }

  private String unquoted(byte[] bytes, int from, int to, int pairs) {
    byte[] content = new byte[to - from - pairs];
    int length = 0;
    for (int i = from; i < to; i++) {
      content[length++] = bytes[i];
      if (bytes[i] == quote) {
        i++;
      }
    }
    return new String(content, 0, length, charset);
  }
}
