package dev.connectors.file;

import dev.connectors.core.Committable;
import dev.connectors.file.internal.DecodeStage;
import dev.connectors.file.internal.RecordDecoder;
import dev.connectors.file.internal.RecordEncoder;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import org.apache.pekko.util.ByteString;

/** Flows between bytes and records that have their length before them. */
public final class RecordFlow {
  private static final String NAME = "RecordFlow.decode";

  private RecordFlow() {}

  /**
   * Takes bytes, in pieces cut anywhere, into records, and emits each without its length. Fails
   * with {@link CodecException} at a length beyond {@code max-record}, before the record is read,
   * where there is no length, and when the input ends within a record; after the records before it.
   * Held are at most the longest record and one piece of input.
   */
  public static Flow<ByteString, ByteString, NotUsed> decode(
      LengthPrefix prefix, CodecSettings settings) {
    Objects.requireNonNull(prefix, "prefix");
    int maxRecord = settings.maxRecord();
    return DecodeStage.flow(NAME, system -> new RecordDecoder(prefix, maxRecord));
  }

  /**
   * {@link #decode}, where a piece of the input is settled once all records that have a byte in it
   * are.
   */
  public static FlowWithContext<ByteString, Committable, ByteString, Committable, NotUsed>
      decodeWithContext(LengthPrefix prefix, CodecSettings settings) {
    Objects.requireNonNull(prefix, "prefix");
    int maxRecord = settings.maxRecord();
    return DecodeStage.withContext(NAME, system -> new RecordDecoder(prefix, maxRecord));
  }

  /**
   * Puts its length before each element. Fails with {@link IllegalArgumentException} at one whose
   * length has no room in the prefix.
   */
  public static Flow<ByteString, ByteString, NotUsed> encode(LengthPrefix prefix) {
    Objects.requireNonNull(prefix, "prefix");
    return Flow.<ByteString>create().map(record -> RecordEncoder.encode(prefix, record));
  }
}
