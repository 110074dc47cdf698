package dev.connectors.file.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * How far a file is done, and how it is found again.
 *
 * @param key of the file
 * @param path where it was
 * @param offset up to which all is done
 * @param mark the bytes before the offset
 * @param head the first bytes
 */
public record TailPosition(String key, String path, long offset, Print mark, Print head) {
  private static final int VERSION = 1;

  /** As the value of a checkpoint. */
  public static byte[] encode(Collection<TailPosition> positions) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeInt(VERSION);
      out.writeInt(positions.size());
      for (TailPosition position : positions) {
        out.writeUTF(position.key);
        out.writeUTF(position.path);
        out.writeLong(position.offset);
        write(out, position.mark);
        write(out, position.head);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e); // a path that is longer than any file system's
    }
    return bytes.toByteArray();
  }

  /** Reverses {@link #encode}. */
  public static List<TailPosition> decode(byte[] value) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
    int version = in.readInt();
    if (version != VERSION) {
      throw new IOException(
          "the positions of the tail are of version " + version + ", known is " + VERSION);
    }
    int count = in.readInt();
    List<TailPosition> positions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      positions.add(
          new TailPosition(
              in.readUTF(), in.readUTF(), in.readLong(), readPrint(in), readPrint(in)));
    }
    return positions;
  }

  /** The same content in another file. */
  TailPosition movedTo(Spot spot) {
    return new TailPosition(spot.key(), spot.path().toString(), offset, mark, head);
  }

  private static void write(DataOutputStream out, Print print) throws IOException {
    out.writeShort(print.length());
    out.writeInt(print.checksum());
  }

  private static Print readPrint(DataInputStream in) throws IOException {
    return new Print(in.readShort(), in.readInt());
  }
}
