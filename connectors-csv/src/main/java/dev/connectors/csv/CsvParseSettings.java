package dev.connectors.csv;

import com.typesafe.config.Config;
import dev.connectors.core.Observer;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.nio.charset.Charset;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How bytes become rows; the dialect itself is a {@code CSVFormat}.
 *
 * <p>Immutable. Defaults are those of {@code connectors.csv.parse} in {@code reference.conf}.
 */
public final class CsvParseSettings {
  private static final String PATH = "connectors.csv.parse";

  private final String name;
  private final Charset charset;
  private final MalformedPolicy onMalformed;
  private final int maxRecordBytes;
  private final int maxFields;
  private final int batchBytes;
  private final int parallelism;
  private final Observer observer;

  private CsvParseSettings(Draft draft) {
    name = Checks.notEmpty(PATH + ".name", draft.name);
    charset = Objects.requireNonNull(draft.charset, "charset");
    onMalformed = Objects.requireNonNull(draft.onMalformed, "onMalformed");
    maxRecordBytes = size(PATH + ".max-record-bytes", draft.maxRecordBytes);
    maxFields = Checks.positive(PATH + ".max-fields", draft.maxFields);
    batchBytes = size(PATH + ".batch-bytes", draft.batchBytes);
    parallelism = Checks.positive(PATH + ".parallelism", draft.parallelism);
    observer = Objects.requireNonNull(draft.observer, "observer");
  }

  private static int size(String key, long value) {
    if (value < 1 || value > 1 << 29) {
      throw Checks.refused(key, value, "from 1 B to 512 MiB");
    }
    return (int) value;
  }

  /** The settings at {@code connectors.csv.parse} of the system's configuration. */
  public static CsvParseSettings create(ClassicActorSystemProvider system) {
    return new CsvParseSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.csv.parse}. */
  public static CsvParseSettings create(Config config) {
    return new CsvParseSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** The name that the observer is told. Default {@code csv-parse}. */
  public CsvParseSettings withName(String value) {
    return with(draft -> draft.name = value);
  }

  /**
   * The charset of the bytes. Where it is UTF-8, UTF-16 or UTF-32, a byte order mark at the
   * beginning decides which of them it is, and is left out. Default UTF-8.
   */
  public CsvParseSettings withCharset(Charset value) {
    return with(draft -> draft.charset = value);
  }

  /** What becomes of malformed rows. Default {@link MalformedPolicy#FAIL}. */
  public CsvParseSettings withOnMalformed(MalformedPolicy value) {
    return with(draft -> draft.onMalformed = value);
  }

  /**
   * The longest row, in bytes of UTF-8 or of a charset of one byte per character; a longer one is
   * malformed. Default 1 MiB.
   */
  public CsvParseSettings withMaxRecordBytes(long value) {
    return with(draft -> draft.maxRecordBytes = value);
  }

  /** The most fields of a row; one with more is malformed. Default 16,384. */
  public CsvParseSettings withMaxFields(int value) {
    return with(draft -> draft.maxFields = value);
  }

  /**
   * Rows are parsed in batches of about so many bytes, and of fewer when upstream has nothing at
   * hand. Default 64 KiB.
   */
  public CsvParseSettings withBatchBytes(long value) {
    return with(draft -> draft.batchBytes = value);
  }

  /**
   * How many batches are parsed at a time, and no more than there are processors; with 1 by the
   * stream's own thread. Default 4.
   */
  public CsvParseSettings withParallelism(int value) {
    return with(draft -> draft.parallelism = value);
  }

  /** Who is told of malformed rows that are skipped, as rejected. Default: nobody. */
  public CsvParseSettings withObserver(Observer value) {
    return with(draft -> draft.observer = value);
  }

  public String name() {
    return name;
  }

  public Charset charset() {
    return charset;
  }

  public MalformedPolicy onMalformed() {
    return onMalformed;
  }

  public int maxRecordBytes() {
    return maxRecordBytes;
  }

  public int maxFields() {
    return maxFields;
  }

  public int batchBytes() {
    return batchBytes;
  }

  public int parallelism() {
    return parallelism;
  }

  public Observer observer() {
    return observer;
  }

  @Override
  public String toString() {
    return ("CsvParseSettings(name=%s, charset=%s, onMalformed=%s, maxRecordBytes=%d,"
            + " maxFields=%d, batchBytes=%d, parallelism=%d)")
        .formatted(name, charset, onMalformed, maxRecordBytes, maxFields, batchBytes, parallelism);
  }

  private CsvParseSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new CsvParseSettings(draft);
  }

  private static final class Draft {
    String name;
    Charset charset;
    MalformedPolicy onMalformed;
    long maxRecordBytes;
    int maxFields;
    long batchBytes;
    int parallelism;
    Observer observer;

    Draft(SettingsReader reader) {
      name = reader.text("name");
      charset = charset(reader, "charset");
      onMalformed = reader.policy("on-malformed", MalformedPolicy.class);
      maxRecordBytes = reader.bytes("max-record-bytes");
      maxFields = reader.integer("max-fields");
      batchBytes = reader.bytes("batch-bytes");
      parallelism = reader.integer("parallelism");
      observer = Observer.NONE;
    }

    Draft(CsvParseSettings settings) {
      name = settings.name;
      charset = settings.charset;
      onMalformed = settings.onMalformed;
      maxRecordBytes = settings.maxRecordBytes;
      maxFields = settings.maxFields;
      batchBytes = settings.batchBytes;
      parallelism = settings.parallelism;
      observer = settings.observer;
    }
  }

  static Charset charset(SettingsReader reader, String name) {
    String charset = reader.text(name);
    try {
      return Charset.forName(charset);
    } catch (IllegalArgumentException e) {
      throw Checks.refused(reader.key(name), "'" + charset + "'", "a charset of this JVM");
    }
  }
}
