package dev.connectors.file;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.connectors.core.Committable;
import dev.connectors.file.internal.DecodeStage;
import dev.connectors.file.internal.Decoder;
import dev.connectors.file.internal.JsonDecoder;
import dev.connectors.file.internal.JsonPaths;
import dev.connectors.file.internal.Names;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import org.apache.pekko.util.ByteString;

/**
 * Flows between JSON and Java objects, by Jackson 2: add {@code jackson-databind} to your project,
 * the connector does not bring it.
 *
 * @see <a href="https://github.com/FasterXML/jackson-databind">Jackson</a>
 */
public final class JacksonFlow {
  private static final String NAME = "JacksonFlow.read";

  private JacksonFlow() {}

  /**
   * Reads each object that {@link JsonFlow#objects(CodecSettings)} finds. Fails as that does, and
   * with a {@link CodecException} that has the place in the input and Jackson's own exception as
   * its cause, when an object can't be read. That one may quote from the input.
   *
   * @param reader configured to your liking: {@code mapper.reader()}
   */
  public static <T> Flow<ByteString, T, NotUsed> read(
      ObjectReader reader, Class<T> type, CodecSettings settings) {
    ObjectReader ofType = reader.forType(type);
    Objects.requireNonNull(settings, "settings");
    return DecodeStage.flow(NAME, system -> decoder(ofType, settings));
  }

  /**
   * {@link #read}, where a piece of the input is settled once all objects that have a byte in it
   * are.
   */
  public static <T>
      FlowWithContext<ByteString, Committable, T, Committable, NotUsed> readWithContext(
          ObjectReader reader, Class<T> type, CodecSettings settings) {
    ObjectReader ofType = reader.forType(type);
    Objects.requireNonNull(settings, "settings");
    return DecodeStage.withContext(NAME, system -> decoder(ofType, settings));
  }

  private static <T> Decoder<T> decoder(ObjectReader reader, CodecSettings settings) {
    return new JsonDecoder<>(
        settings,
        (bytes, start, length, offset, line) -> {
          try {
            return Objects.requireNonNull(reader.<T>readValue(bytes, start, length));
          } catch (JacksonException e) {
            throw new CodecException("an object that can't be read begins", offset, line, e);
          }
        });
  }

  /**
   * Reads the values at a path of JSON, of whatever kind; what is around them is not held. Input is
   * one document or several, in UTF-8. Fails with {@link CodecException} when it is malformed, and
   * when a value can't be read, is null, or is longer or deeper than the settings allow.
   *
   * @param path of names from the top on, {@code *} for any and for the elements of an array:
   *     {@code /orders/*}
   */
  public static <T> Flow<ByteString, T, NotUsed> select(
      String path, ObjectReader reader, Class<T> type, CodecSettings settings) {
    List<String> names = Names.of(path);
    ObjectReader ofType = reader.forType(type);
    Objects.requireNonNull(settings, "settings");
    return DecodeStage.flow(
        "JacksonFlow.select", system -> new JsonPaths<>(names, ofType, settings));
  }

  /**
   * {@link #select}, where a piece of the input is settled once all values that have a byte in it
   * are.
   */
  public static <T>
      FlowWithContext<ByteString, Committable, T, Committable, NotUsed> selectWithContext(
          String path, ObjectReader reader, Class<T> type, CodecSettings settings) {
    List<String> names = Names.of(path);
    ObjectReader ofType = reader.forType(type);
    Objects.requireNonNull(settings, "settings");
    return DecodeStage.withContext(
        "JacksonFlow.select", system -> new JsonPaths<>(names, ofType, settings));
  }

  /**
   * Writes each element as a line of JSON, in UTF-8, ended by LF.
   *
   * @param writer configured to your liking, without indentation: {@code mapper.writer()}
   */
  public static <T> Flow<T, ByteString, NotUsed> writeLines(ObjectWriter writer) {
    Objects.requireNonNull(writer, "writer");
    return Flow.<T>create().map(element -> line(writer, element));
  }

  private static ByteString line(ObjectWriter writer, Object element) throws IOException {
    byte[] json = writer.writeValueAsBytes(element);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return ByteString.fromArrayUnsafe(line);
  }
}
