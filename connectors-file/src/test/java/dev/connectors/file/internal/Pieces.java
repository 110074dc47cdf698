package dev.connectors.file.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;

/** Cuts bytes into pieces, and decodes them. */
final class Pieces {
  private Pieces() {}

  /** Pieces of up to {@code most} bytes, some empty, some ropes. */
  static List<ByteString> random(byte[] bytes, int most, Random random) {
    List<ByteString> pieces = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(bytes.length - at, random.nextInt(most + 1));
      ByteString piece = ByteString.fromArray(bytes, at, length);
      at += length;
      if (random.nextInt(4) == 0 && at < bytes.length) {
        piece = piece.concat(ByteString.fromArray(bytes, at++, 1));
      }
      pieces.add(piece);
    }
    return pieces;
  }

  static List<ByteString> whole(byte[] bytes) {
    return List.of(ByteString.fromArray(bytes));
  }

  /** What a decoder made, each with its range, and how it failed. */
  record Decoded<R>(List<R> records, List<Range> ranges, String failure) {}

  record Range(long from, long to) {}

  static <R> Decoded<R> decode(Decoder<R> decoder, List<ByteString> pieces) {
    List<R> records = new ArrayList<>();
    List<Range> ranges = new ArrayList<>();
    try {
      for (ByteString piece : pieces) {
        decoder.feed(piece);
        drain(decoder, records, ranges);
      }
      decoder.end();
      drain(decoder, records, ranges);
    } catch (Exception e) {
      return new Decoded<>(records, ranges, String.valueOf(e.getMessage()));
    }
    return new Decoded<>(records, ranges, "");
  }

  private static <R> void drain(Decoder<R> decoder, List<R> records, List<Range> ranges)
      throws Exception {
    for (R record = decoder.next(); record != null; record = decoder.next()) {
      long last = ranges.isEmpty() ? 0 : ranges.get(ranges.size() - 1).to;
      if (decoder.from() < last || decoder.to() < decoder.from()) {
        throw new AssertionError(decoder.from() + " to " + decoder.to() + " follows " + last);
      }
      records.add(record);
      ranges.add(new Range(decoder.from(), decoder.to()));
    }
  }
}
