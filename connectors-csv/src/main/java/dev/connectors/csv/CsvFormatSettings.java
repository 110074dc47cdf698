package dev.connectors.csv;

import com.typesafe.config.Config;
import dev.connectors.core.internal.SettingsReader;
import java.nio.charset.Charset;
import java.util.Objects;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How rows become bytes; the dialect itself is a {@code CSVFormat}.
 *
 * <p>Immutable. Defaults are those of {@code connectors.csv.format} in {@code reference.conf}.
 */
public final class CsvFormatSettings {
  private static final String PATH = "connectors.csv.format";

  private final Charset charset;
  private final MarkPolicy byteOrderMark;
  private final FormulaPolicy onFormula;

  private CsvFormatSettings(Charset charset, MarkPolicy byteOrderMark, FormulaPolicy onFormula) {
    this.charset = Objects.requireNonNull(charset, "charset");
    this.byteOrderMark = Objects.requireNonNull(byteOrderMark, "byteOrderMark");
    this.onFormula = Objects.requireNonNull(onFormula, "onFormula");
  }

  /** The settings at {@code connectors.csv.format} of the system's configuration. */
  public static CsvFormatSettings create(ClassicActorSystemProvider system) {
    return read(SettingsReader.of(system, PATH));
  }

  /** The settings in a block with the keys of {@code connectors.csv.format}. */
  public static CsvFormatSettings create(Config config) {
    return read(SettingsReader.of(config, PATH));
  }

  private static CsvFormatSettings read(SettingsReader reader) {
    return new CsvFormatSettings(
        CsvParseSettings.charset(reader, "charset"),
        reader.policy("byte-order-mark", MarkPolicy.class),
        reader.policy("on-formula", FormulaPolicy.class));
  }

  /**
   * The charset of the bytes; what it lacks is replaced, mostly by a question mark. Default UTF-8.
   */
  public CsvFormatSettings withCharset(Charset value) {
    return new CsvFormatSettings(value, byteOrderMark, onFormula);
  }

  /** Whether a byte order mark comes first. Default {@link MarkPolicy#NONE}. */
  public CsvFormatSettings withByteOrderMark(MarkPolicy value) {
    return new CsvFormatSettings(charset, value, onFormula);
  }

  /** What becomes of texts that look like formulas. Default {@link FormulaPolicy#KEEP}. */
  public CsvFormatSettings withOnFormula(FormulaPolicy value) {
    return new CsvFormatSettings(charset, byteOrderMark, value);
  }

  public Charset charset() {
    return charset;
  }

  public MarkPolicy byteOrderMark() {
    return byteOrderMark;
  }

  public FormulaPolicy onFormula() {
    return onFormula;
  }

  @Override
  public String toString() {
    return "CsvFormatSettings(charset=%s, byteOrderMark=%s, onFormula=%s)"
        .formatted(charset, byteOrderMark, onFormula);
  }
}
