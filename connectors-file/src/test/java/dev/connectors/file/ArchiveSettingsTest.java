package dev.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class ArchiveSettingsTest {
  private static Config block(String name, String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(ConfigFactory.load().getConfig("connectors.file." + name));
  }

  @Test
  void defaults_areThoseOfReferenceConf() {
    assertThat(ArchiveReadSettings.create(block("archive.read", "")))
        .hasToString(
            "ArchiveReadSettings(maxEntries=10000, maxName=4096, maxEntrySize=1073741824,"
                + " maxSize=10737418240, maxRatio=100, ratioAfter=1048576, memoryLimit=134217728,"
                + " chunkSize=65536, onUnsafeName=FAIL, onLink=FAIL, onDuplicate=FAIL)");
    assertThat(ArchiveWriteSettings.create(block("archive.write", "")))
        .hasToString(
            "ArchiveWriteSettings(maxEntries=10000, level=-1, bufferSize=1048576,"
                + " chunkSize=65536)");
    assertThat(DecompressSettings.create(block("decompress", "")))
        .hasToString(
            "DecompressSettings(maxSize=10737418240, maxRatio=100, ratioAfter=1048576,"
                + " memoryLimit=134217728, chunkSize=65536)");
  }

  @Test
  void withers_changeACopy() {
    ArchiveReadSettings reading = ArchiveReadSettings.create(block("archive.read", ""));
    assertThat(
            reading
                .withMaxEntries(1)
                .withMaxName(2)
                .withMaxEntrySize(3)
                .withMaxSize(4)
                .withMaxRatio(5)
                .withRatioAfter(6)
                .withMemoryLimit(7000)
                .withChunkSize(8)
                .withOnUnsafeName(EntryPolicy.SKIP)
                .withOnLink(EntryPolicy.EMIT)
                .withOnDuplicate(EntryPolicy.SKIP))
        .hasToString(
            "ArchiveReadSettings(maxEntries=1, maxName=2, maxEntrySize=3, maxSize=4, maxRatio=5,"
                + " ratioAfter=6, memoryLimit=7000, chunkSize=8, onUnsafeName=SKIP, onLink=EMIT,"
                + " onDuplicate=SKIP)");
    assertThat(reading.maxEntries()).isEqualTo(10_000);
    assertThat(
            ArchiveWriteSettings.create(block("archive.write", ""))
                .withMaxEntries(1)
                .withLevel(9)
                .withBufferSize(0)
                .withChunkSize(4))
        .hasToString("ArchiveWriteSettings(maxEntries=1, level=9, bufferSize=0, chunkSize=4)");
    assertThat(
            DecompressSettings.create(block("decompress", ""))
                .withMaxSize(1)
                .withMaxRatio(2)
                .withRatioAfter(0)
                .withMemoryLimit(4096)
                .withChunkSize(5))
        .hasToString(
            "DecompressSettings(maxSize=1, maxRatio=2, ratioAfter=0, memoryLimit=4096,"
                + " chunkSize=5)");
  }

  @Test
  void badValues_nameKeyValueAndWhatIsAllowed() {
    ArchiveReadSettings reading = ArchiveReadSettings.create(block("archive.read", ""));
    assertThatThrownBy(() -> reading.withMaxEntries(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("connectors.file.archive.read.max-entries is 0, allowed is at least 1");
    assertThatThrownBy(() -> reading.withMemoryLimit(100))
        .hasMessage(
            "connectors.file.archive.read.memory-limit is 100, allowed is from 1 KiB to 2 TiB");
    assertThatThrownBy(() -> ArchiveReadSettings.create(block("archive.read", "on-link = follow")))
        .hasMessage(
            "connectors.file.archive.read.on-link is 'follow', allowed is fail, skip, emit");
    assertThatThrownBy(() -> ArchiveWriteSettings.create(block("archive.write", "level = 10")))
        .hasMessageContaining("connectors.file.archive.write.level is 10");
    assertThatThrownBy(() -> DecompressSettings.create(block("decompress", "max-ratio = 0")))
        .hasMessage("connectors.file.decompress.max-ratio is 0, allowed is at least 1");
  }

  @Test
  void header_badValues_areRefused() {
    assertThatThrownBy(() -> EntryHeader.file("a").withSize(-1))
        .hasMessage("size is -1, allowed is at least 0");
    assertThatThrownBy(() -> EntryHeader.file("a").withMode(0100644))
        .hasMessage("mode is 0100644, allowed is from 0 to 07777");
  }
}
