package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.ArchiveReadSettings;
import dev.connectors.file.ArchiveSource;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads all entries of a zip in order, and takes a checksum of their contents. Each is compared
 * with the checksum that it has in the archive, which {@link ZipFile} leaves to the raw loop.
 */
final class ZipRead {
  private static final int BUFFER = 64 * 1024;

  private ZipRead() {}

  static Workload.Setup read(int size) {
    return (servers, entries) -> {
      ZipData data = ZipData.of(entries, size);
      Path file = data.file(servers);
      return new Contenders()
          .raw(meter -> raw(file, data, meter))
          .ours(meter -> ours(servers, file, data, meter));
    };
  }

  private static void raw(Path file, ZipData data, Meter meter) throws Exception {
    CRC32 crc = new CRC32();
    CRC32 ofEntry = new CRC32();
    byte[] buffer = new byte[BUFFER];
    long done = 0;
    meter.begin();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        ofEntry.reset();
        try (InputStream content = zip.getInputStream(entry)) {
          for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            ofEntry.update(buffer, 0, read);
            crc.update(buffer, 0, read);
          }
        }
        WrongResult.check("checksum of an entry", ofEntry.getValue(), entry.getCrc());
        meter.progress(++done);
        meter.checkTime();
      }
    }
    meter.end();
    data.verify(crc);
  }

  private static void ours(Servers servers, Path file, ZipData data, Meter meter) throws Exception {
    CRC32 crc = new CRC32();
    ArchiveReadSettings settings =
        ArchiveReadSettings.create(servers.system())
            .withMaxEntries((int) Math.max(data.entries(), 1));
    meter.begin();
    meter.await(
        ArchiveSource.zip(file, settings)
            .flatMapConcat(ArchiveEntry::content)
            .runForeach(bytes -> crc.update(bytes.toArrayUnsafe()), servers.system()));
    meter.end();
    data.verify(crc);
  }
}
