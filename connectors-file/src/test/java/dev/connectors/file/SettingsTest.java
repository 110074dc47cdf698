package dev.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static Config block(String name, String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(ConfigFactory.load().getConfig("connectors.file." + name));
  }

  @Test
  void read_defaults_areThoseOfReferenceConf() {
    assertThat(FileReadSettings.create(block("read", "")))
        .hasToString(
            "FileReadSettings(chunkSize=131072, charset=UTF-8, maxLine=1048576, onLongLine=FAIL,"
                + " root=null)");
  }

  @Test
  void read_badValues_nameKeyValueAndWhatIsAllowed() {
    FileReadSettings settings = FileReadSettings.create(block("read", ""));
    assertThatThrownBy(() -> settings.withChunkSize(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("connectors.file.read.chunk-size is 0, allowed is at least 1");
    assertThatThrownBy(() -> settings.withMaxLine(-1))
        .hasMessage("connectors.file.read.max-line is -1, allowed is at least 1");
    assertThatThrownBy(() -> FileReadSettings.create(block("read", "chunk-size = 4 GiB")))
        .hasMessage("connectors.file.read.chunk-size is 4294967296, allowed is less than 2 GiB");
    assertThatThrownBy(() -> FileReadSettings.create(block("read", "charset = klingon")))
        .hasMessage(
            "connectors.file.read.charset is klingon, allowed is a charset that this Java knows");
    assertThatThrownBy(() -> FileReadSettings.create(block("read", "on-long-line = emit")))
        .hasMessage("connectors.file.read.on-long-line is 'emit', allowed is fail, truncate, skip");
  }

  @Test
  void read_withers_changeACopy() {
    FileReadSettings settings = FileReadSettings.create(block("read", "root = /data"));
    assertThat(settings.root()).contains(Path.of("/data"));
    assertThat(settings.withRoot(Path.of("/other")).root()).contains(Path.of("/other"));
    assertThat(settings.withCharset(StandardCharsets.US_ASCII).charset())
        .isEqualTo(StandardCharsets.US_ASCII);
    assertThat(settings.withOnLongLine(LongLinePolicy.SKIP).withChunkSize(7))
        .hasToString(
            "FileReadSettings(chunkSize=7, charset=UTF-8, maxLine=1048576, onLongLine=SKIP,"
                + " root=/data)");
    assertThat(settings.onLongLine()).isEqualTo(LongLinePolicy.FAIL);
  }

  @Test
  void write_defaultsAndBadValues_areThoseOfReferenceConf() {
    FileWriteSettings settings = FileWriteSettings.create(block("write", ""));
    assertThat(settings)
        .hasToString(
            "FileWriteSettings(sync=FILE_AND_DIRECTORY, existing=REPLACE, bufferSize=131072,"
                + " root=null)");
    assertThatThrownBy(() -> settings.withBufferSize(0))
        .hasMessage("connectors.file.write.buffer-size is 0, allowed is at least 1");
    assertThatThrownBy(() -> FileWriteSettings.create(block("write", "sync = maybe")))
        .hasMessage(
            "connectors.file.write.sync is 'maybe', allowed is never, file, file-and-directory");
  }

  @Test
  void write_withers_changeACopy() {
    FileWriteSettings settings = FileWriteSettings.create(block("write", ""));
    assertThat(
            settings
                .withSync(SyncPolicy.FILE)
                .withExisting(ExistingPolicy.FAIL)
                .withBufferSize(9)
                .withRoot(Path.of("/data")))
        .hasToString("FileWriteSettings(sync=FILE, existing=FAIL, bufferSize=9, root=/data)");
    assertThat(settings.sync()).isEqualTo(SyncPolicy.FILE_AND_DIRECTORY);
  }

  @Test
  void codec_defaultsAndBadValues_areThoseOfReferenceConf() {
    CodecSettings settings = CodecSettings.create(block("codec", ""));
    assertThat(settings)
        .hasToString("CodecSettings(maxRecord=1048576, maxDepth=256, maxAttributes=256)");
    assertThat(settings.withMaxRecord(1).withMaxDepth(2).withMaxAttributes(3))
        .hasToString("CodecSettings(maxRecord=1, maxDepth=2, maxAttributes=3)");
    assertThatThrownBy(() -> settings.withMaxRecord(0))
        .hasMessage("connectors.file.codec.max-record is 0, allowed is at least 1");
    assertThatThrownBy(() -> settings.withMaxDepth(0))
        .hasMessage("connectors.file.codec.max-depth is 0, allowed is at least 1");
    assertThatThrownBy(() -> settings.withMaxAttributes(0))
        .hasMessage("connectors.file.codec.max-attributes is 0, allowed is at least 1");
  }

  @Test
  void tail_defaultsAndBadValues_areThoseOfReferenceConf() {
    TailSettings settings = TailSettings.create(block("tail", ""));
    assertThat(settings)
        .hasToString(
            "TailSettings(start=BEGINNING, pollInterval=PT0.25S, rotatedWait=PT5S, charset=UTF-8,"
                + " chunkSize=131072, maxLine=1048576, onLongLine=FAIL, maxFiles=4096,"
                + " bufferBytes=1048576, commitInterval=PT0.02S, maxWaitingCommits=16,"
                + " drainTimeout=PT30S, cancelGrace=PT1S, root=null)");
    assertThatThrownBy(() -> settings.withPollInterval(Duration.ZERO))
        .hasMessage("connectors.file.tail.poll-interval is PT0S, allowed is longer than zero");
    assertThatThrownBy(() -> settings.withMaxFiles(0))
        .hasMessage("connectors.file.tail.max-files is 0, allowed is at least 1");
    assertThatThrownBy(() -> settings.withMaxWaitingCommits(0))
        .hasMessage("connectors.file.tail.max-waiting-commits is 0, allowed is at least 1");
    assertThatThrownBy(() -> settings.withCharset(StandardCharsets.UTF_16))
        .hasMessageContaining("charset is UTF-16, allowed is one in which a line feed is the byte");
    assertThatThrownBy(() -> TailSettings.create(block("tail", "start = middle")))
        .hasMessage("connectors.file.tail.start is 'middle', allowed is beginning, end");
    assertThat(settings.withStart(TailStart.END).withBufferBytes(7).withRoot(Path.of("/x")))
        .hasToString(
            settings
                .toString()
                .replace("BEGINNING", "END")
                .replace("bufferBytes=1048576", "bufferBytes=7")
                .replace("root=null", "root=/x"));
    assertThat(settings.start()).isEqualTo(TailStart.BEGINNING);
  }

  @Test
  void changes_defaultsAndBadValues_areThoseOfReferenceConf() {
    ChangeSettings settings = ChangeSettings.create(block("changes", ""));
    assertThat(settings)
        .hasToString(
            "ChangeSettings(existing=IGNORE, settleTime=PT1S, maxFiles=100000,"
                + " bufferElements=1000, root=null)");
    assertThatThrownBy(() -> settings.withSettleTime(Duration.ZERO))
        .hasMessage("connectors.file.changes.settle-time is PT0S, allowed is longer than zero");
    assertThatThrownBy(() -> settings.withBufferElements(0))
        .hasMessage("connectors.file.changes.buffer-elements is 0, allowed is at least 1");
    assertThat(
            settings.withExisting(ExistingFiles.ANNOUNCE).withMaxFiles(3).withRoot(Path.of("/x")))
        .hasToString(
            "ChangeSettings(existing=ANNOUNCE, settleTime=PT1S, maxFiles=3, bufferElements=1000,"
                + " root=/x)");
  }
}
