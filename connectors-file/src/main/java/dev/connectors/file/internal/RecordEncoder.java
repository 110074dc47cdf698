package dev.connectors.file.internal;

import dev.connectors.core.internal.Checks;
import dev.connectors.file.LengthPrefix;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/** Puts its length before each record. */
public final class RecordEncoder {
  private RecordEncoder() {}

  /** What {@link RecordDecoder} reads. */
  public static ByteString encode(LengthPrefix prefix, ByteString record) {
    return ByteString.fromArrayUnsafe(prefix(prefix, record.size())).concat(record);
  }

  private static byte[] prefix(LengthPrefix prefix, int length) {
    if (prefix instanceof LengthPrefix.Fixed fixed) {
      return fixed(fixed, length);
    }
    if (prefix instanceof LengthPrefix.Varint) {
      return varint(length);
    }
    return (length + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] fixed(LengthPrefix.Fixed fixed, int length) {
    int bytes = fixed.bytes();
    if (bytes < 4 && length >>> (8 * bytes) != 0) {
      throw Checks.refused(
          "the length of a record", length, "less than 2^" + 8 * bytes + ", for its prefix");
    }
    byte[] prefix = new byte[bytes];
    for (int i = 0; i < Math.min(4, bytes); i++) {
      int place = fixed.order() == ByteOrder.BIG_ENDIAN ? bytes - 1 - i : i;
      prefix[place] = (byte) (length >>> (8 * i));
    }
    return prefix;
  }

  private static byte[] varint(int length) {
    byte[] prefix = new byte[5];
    int bytes = 0;
    int rest = length;
    while (rest > 0x7F) {
      prefix[bytes++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    prefix[bytes++] = (byte) rest;
    return Arrays.copyOf(prefix, bytes);
  }
}
