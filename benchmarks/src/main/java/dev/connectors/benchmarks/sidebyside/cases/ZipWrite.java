package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.ArchiveFlow;
import dev.connectors.file.ArchiveWriteSettings;
import dev.connectors.file.EntryHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Writes a zip to memory, with the same compression; it is read to check it. */
final class ZipWrite {
  private static final int PIECE = 64 * 1024;

  private ZipWrite() {}

  static Workload.Setup write(int size) {
    return (servers, entries) -> {
      ZipData data = ZipData.of(entries, size);
      return new Contenders()
          .raw(meter -> raw(data, meter))
          .ours(meter -> ours(servers, data, meter));
    };
  }

  private static void raw(ZipData data, Meter meter) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    meter.begin();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (long i = 0; i < data.entries(); i++) {
        zip.putNextEntry(new ZipEntry(ZipData.name(i)));
        zip.write(data.content(i));
        zip.closeEntry();
        meter.progress(i);
        meter.checkTime();
      }
    }
    meter.end();
    verify(data, bytes.toByteArray());
  }

  private static void ours(Servers servers, ZipData data, Meter meter) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ArchiveWriteSettings settings =
        ArchiveWriteSettings.create(servers.system())
            .withMaxEntries((int) Math.max(data.entries(), 1));
    List<List<ByteString>> contents = data.different().stream().map(ZipWrite::pieces).toList();
    meter.begin();
    meter.await(
        Source.fromIterator(
                () ->
                    LongStream.range(0, data.entries())
                        .mapToObj(
                            i -> entry(i, data.size(), contents.get((int) (i % contents.size()))))
                        .iterator())
            .via(ArchiveFlow.writeZip(settings))
            .runForeach(chunk -> bytes.writeBytes(chunk.toArrayUnsafe()), servers.system()));
    meter.end();
    verify(data, bytes.toByteArray());
  }

  /** Of one piece as one, else as a stream. */
  private static ArchiveEntry entry(long number, int size, List<ByteString> content) {
    EntryHeader header = EntryHeader.file(ZipData.name(number)).withSize(size);
    return content.size() == 1
        ? ArchiveEntry.of(header, content.get(0))
        : ArchiveEntry.of(header, Source.from(content));
  }

  private static List<ByteString> pieces(byte[] content) {
    List<ByteString> pieces = new ArrayList<>();
    for (int i = 0; i < content.length; i += PIECE) {
      pieces.add(ByteString.fromArray(content, i, Math.min(PIECE, content.length - i)));
    }
    return pieces;
  }

  private static void verify(ZipData data, byte[] zip) throws IOException {
    CRC32 crc = new CRC32();
    long entries = 0;
    byte[] buffer = new byte[PIECE];
    try (ZipInputStream read = new ZipInputStream(new ByteArrayInputStream(zip))) {
      while (read.getNextEntry() != null) {
        entries++;
        for (int length = read.read(buffer); length >= 0; length = read.read(buffer)) {
          crc.update(buffer, 0, length);
        }
      }
    }
    WrongResult.check("entries", entries, data.entries());
    data.verify(crc);
  }
}
