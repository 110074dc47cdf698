package dev.connectors.file;

import dev.connectors.core.internal.Checks;
import java.nio.ByteOrder;
import java.util.Objects;

/** How the length stands before each record. It counts the record's bytes and not its own. */
public sealed interface LengthPrefix {

  /** A number of four bytes, the highest first. */
  static LengthPrefix fourBytes() {
    return new Fixed(4, ByteOrder.BIG_ENDIAN);
  }

  /**
   * A number of as many bytes, without a sign.
   *
   * @param bytes 1, 2, 3, 4 or 8
   */
  record Fixed(int bytes, ByteOrder order) implements LengthPrefix {
    public Fixed {
      Objects.requireNonNull(order, "order");
      if (bytes < 1 || bytes > 8 || (bytes > 4 && bytes < 8)) {
        throw Checks.refused("bytes", bytes, "1, 2, 3, 4 or 8");
      }
    }
  }

  /**
   * Seven bits in each byte, the lowest first, as Protocol Buffers' delimited messages have it.
   *
   * @see <a href="https://protobuf.dev/programming-guides/encoding/#varints">Protocol Buffers:
   *     varints</a>
   */
  record Varint() implements LengthPrefix {}

  /**
   * Decimal digits and a line feed, which is RecordIO as Mesos has it.
   *
   * @see <a href="https://mesos.apache.org/documentation/latest/recordio/">RecordIO</a>
   */
  record Decimal() implements LengthPrefix {}
}
