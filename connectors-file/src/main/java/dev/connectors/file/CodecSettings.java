package dev.connectors.file;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.file.internal.Values;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How large the parts may be into which {@link JsonFlow}, {@link XmlFlow} and {@link RecordFlow}
 * take bytes. What is larger fails the stream with {@link CodecException}.
 *
 * <p>Immutable. Defaults are those of {@code connectors.file.codec} in {@code reference.conf}.
 */
public final class CodecSettings {
  private static final String PATH = "connectors.file.codec";

  private final int maxRecord;
  private final int maxDepth;
  private final int maxAttributes;

  private CodecSettings(int maxRecord, int maxDepth, int maxAttributes) {
    this.maxRecord = Checks.positive(PATH + ".max-record", maxRecord);
    this.maxDepth = Checks.positive(PATH + ".max-depth", maxDepth);
    this.maxAttributes = Checks.positive(PATH + ".max-attributes", maxAttributes);
  }

  /** The settings at {@code connectors.file.codec} of the system's configuration. */
  public static CodecSettings create(ClassicActorSystemProvider system) {
    return read(SettingsReader.of(system, PATH));
  }

  /** The settings in a block with the keys of {@code connectors.file.codec}. */
  public static CodecSettings create(Config config) {
    return read(SettingsReader.of(config, PATH));
  }

  private static CodecSettings read(SettingsReader reader) {
    return new CodecSettings(
        Values.size(reader, "max-record"),
        reader.integer("max-depth"),
        reader.integer("max-attributes"));
  }

  /**
   * The most bytes of a JSON object, a length-prefixed record, an XML sub-tree, and of a tag, text
   * or comment of XML. Default 1 MiB.
   */
  public CodecSettings withMaxRecord(int value) {
    return new CodecSettings(value, maxDepth, maxAttributes);
  }

  /** How deep objects and arrays of JSON, and elements of XML, may be nested. Default 256. */
  public CodecSettings withMaxDepth(int value) {
    return new CodecSettings(maxRecord, value, maxAttributes);
  }

  /** The most attributes of an XML element. Default 256. */
  public CodecSettings withMaxAttributes(int value) {
    return new CodecSettings(maxRecord, maxDepth, value);
  }

  public int maxRecord() {
    return maxRecord;
  }

  public int maxDepth() {
    return maxDepth;
  }

  public int maxAttributes() {
    return maxAttributes;
  }

  @Override
  public String toString() {
    return "CodecSettings(maxRecord=%d, maxDepth=%d, maxAttributes=%d)"
        .formatted(maxRecord, maxDepth, maxAttributes);
  }
}
