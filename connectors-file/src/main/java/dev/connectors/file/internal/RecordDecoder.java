package dev.connectors.file.internal;

import dev.connectors.file.CodecException;
import dev.connectors.file.LengthPrefix;
import java.io.IOException;
import java.nio.ByteOrder;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Records with their length before them. */
public final class RecordDecoder implements Decoder<ByteString> {
  /** Bytes of the longest varint and of the longest decimal number with its line feed. */
  private static final int LONGEST_VARINT = 10;

  private static final int LONGEST_DECIMAL = 20;

  private final LengthPrefix prefix;
  private final int maxRecord;
  private final ByteQueue queue = new ByteQueue();
  private boolean isEnded;
  private long from;
  private long to;

  private int prefixLength; // 0 while it is not complete
  private int recordLength;

  public RecordDecoder(LengthPrefix prefix, int maxRecord) {
    this.prefix = prefix;
    this.maxRecord = maxRecord;
  }

  @Override
  public void feed(ByteString piece) {
    queue.add(piece);
  }

  @Override
  public void end() {
    isEnded = true;
  }

  @Override
  public @Nullable ByteString next() throws IOException {
    if (prefixLength == 0) {
      readPrefix();
    }
    if (prefixLength == 0 || queue.size() - prefixLength < recordLength) {
      if (isEnded && queue.size() > 0) {
        throw failure("the input ends within a record that begins");
      }
      return null;
    }
    from = queue.offset();
    queue.skip(prefixLength);
    ByteString record = queue.take(recordLength);
    to = queue.offset();
    prefixLength = 0;
    return record;
  }

  private void readPrefix() throws CodecException {
    if (prefix instanceof LengthPrefix.Fixed fixed) {
      readFixed(fixed);
    } else if (prefix instanceof LengthPrefix.Varint) {
      readVarint();
    } else {
      readDecimal();
    }
  }

  private void readFixed(LengthPrefix.Fixed fixed) throws CodecException {
    int bytes = fixed.bytes();
    if (queue.size() < bytes) {
      return;
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      int place = fixed.order() == ByteOrder.BIG_ENDIAN ? i : bytes - 1 - i;
      value = value << 8 | (queue.at(place) & 0xFF);
    }
    found(bytes, value);
  }

  private void readVarint() throws CodecException {
    long value = 0;
    for (int i = 0; i < queue.size(); i++) {
      byte b = queue.at(i);
      value |= (long) (b & 0x7F) << (7 * i);
      if (b >= 0) {
        found(i + 1, value);
        return;
      }
      if (i + 1 == LONGEST_VARINT) {
        throw failure("a length of more than " + LONGEST_VARINT + " bytes");
      }
    }
  }

  private void readDecimal() throws CodecException {
    long value = 0;
    for (int i = 0; i < queue.size(); i++) {
      byte b = queue.at(i);
      if (b == '\n' && i > 0) {
        found(i + 1, value);
        return;
      }
      if (b < '0' || b > '9' || i + 1 == LONGEST_DECIMAL) {
        throw failure("something else than a length");
      }
      value = value * 10 + (b - '0');
      if (value > maxRecord) {
        throw tooLong();
      }
    }
  }

  /** A negative value is a number beyond 63 bits. */
  private void found(int bytes, long value) throws CodecException {
    if (value < 0 || value > maxRecord) {
      throw tooLong();
    }
    prefixLength = bytes;
    recordLength = (int) value;
  }

  private CodecException tooLong() {
    return failure("a record is longer than max-record, " + maxRecord + " bytes,");
  }

  private CodecException failure(String reason) {
    return new CodecException(reason, queue.offset());
  }

  @Override
  public long from() {
    return from;
  }

  @Override
  public long to() {
    return to;
  }

  @Override
  public long position() {
    return queue.offset();
  }
}
