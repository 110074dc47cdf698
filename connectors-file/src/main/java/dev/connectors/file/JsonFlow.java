package dev.connectors.file;

import dev.connectors.core.Committable;
import dev.connectors.file.internal.DecodeStage;
import dev.connectors.file.internal.JsonDecoder;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import org.apache.pekko.util.ByteString;

/**
 * Flows from bytes to the JSON objects in them; needs no JSON library. {@link JacksonFlow} makes
 * Java objects of them.
 *
 * <ul>
 *   <li><b>Input</b> is UTF-8 in pieces of any size, where they are cut makes no difference: JSON
 *       lines, objects one after the other with or without commas or record separators, or arrays
 *       of objects. A byte order mark is left out.
 *   <li><b>Emits</b> each object's bytes as they stand. Objects within it are part of it.
 *   <li><b>Fails</b> with {@link CodecException} where there is something else, where brackets
 *       don't match or the input ends within an object, and when an object is longer or deeper than
 *       the settings allow; after the objects before it. What is between the brackets is not
 *       checked any further.
 *   <li><b>Bounds:</b> held are at most the longest object and one piece of input.
 * </ul>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259: JSON</a>
 * @see <a href="https://jsonlines.org/">JSON Lines</a>
 */
public final class JsonFlow {
  private static final String NAME = "JsonFlow.objects";

  private JsonFlow() {}

  /** Emits objects, with the settings of the stream's system. */
  public static Flow<ByteString, ByteString, NotUsed> objects() {
    return DecodeStage.flow(NAME, system -> JsonDecoder.ofBytes(CodecSettings.create(system)));
  }

  /** Emits objects. */
  public static Flow<ByteString, ByteString, NotUsed> objects(CodecSettings settings) {
    Objects.requireNonNull(settings, "settings");
    return DecodeStage.flow(NAME, system -> JsonDecoder.ofBytes(settings));
  }

  /**
   * {@link #objects(CodecSettings)}, where a piece of the input is settled once all objects that
   * have a byte in it are.
   */
  public static FlowWithContext<ByteString, Committable, ByteString, Committable, NotUsed>
      objectsWithContext(CodecSettings settings) {
    Objects.requireNonNull(settings, "settings");
    return DecodeStage.withContext(NAME, system -> JsonDecoder.ofBytes(settings));
  }
}
