package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.file.Copy;
import dev.connectors.file.FileFlow;
import dev.connectors.file.FileSink;
import dev.connectors.file.FileSource;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.SyncPolicy;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Copies a file of as many KiB as there are records, which the system has in memory, to another: as
 * a stream of bytes, for which the raw loop reads and writes 128 KiB at a time with one buffer, and
 * as a file, for which it lets the system transfer all.
 */
final class FileCopy {
  private static final int KIB = 1024;
  private static final int BUFFER = 128 * KIB;

  private FileCopy() {}

  /** Not synced, so that it is about the copying and not about the disk. */
  static Workload.Setup copy() {
    return (servers, records) -> {
      CopiedFile file = CopiedFile.of(servers, records);
      return new Contenders()
          .raw(meter -> run(file, meter, () -> raw(file, meter, FileCopy::throughBuffer, false)))
          .ours(meter -> run(file, meter, () -> ours(servers, file, meter, SyncPolicy.NEVER)))
          .rival(
              meter ->
                  run(
                      file,
                      meter,
                      () ->
                          meter.await(
                              FileIO.fromPath(file.from)
                                  .runWith(FileIO.toPath(file.to), servers.system()))));
    };
  }

  /** Synced, which the rival can't do. */
  static Workload.Setup synced() {
    return (servers, records) -> {
      CopiedFile file = CopiedFile.of(servers, records);
      return new Contenders()
          .raw(meter -> run(file, meter, () -> raw(file, meter, FileCopy::throughBuffer, true)))
          .ours(
              meter ->
                  run(
                      file,
                      meter,
                      () -> ours(servers, file, meter, SyncPolicy.FILE_AND_DIRECTORY)));
    };
  }

  /** As a file, not synced: the bytes don't pass through a stream. */
  static Workload.Setup whole() {
    return (servers, records) -> {
      CopiedFile file = CopiedFile.of(servers, records);
      return new Contenders()
          .raw(meter -> run(file, meter, () -> raw(file, meter, FileCopy::transferred, false)))
          .ours(meter -> run(file, meter, () -> oursWhole(servers, file, meter)));
    };
  }

  private interface Copying {
    void run() throws Exception;
  }

  private interface Transfer {
    void run(FileChannel from, FileChannel to) throws IOException;
  }

  private static void run(CopiedFile file, Meter meter, Copying copying) throws Exception {
    Files.deleteIfExists(file.to);
    meter.begin();
    copying.run();
    meter.end();
    WrongResult.check("the first byte that differs", Files.mismatch(file.from, file.to), -1L);
    Files.delete(file.to);
  }

  private static void ours(Servers servers, CopiedFile file, Meter meter, SyncPolicy sync)
      throws Exception {
    meter.await(
        FileSource.bytes(file.from)
            .runWith(
                FileSink.bytes(file.to, FileWriteSettings.create(servers.system()).withSync(sync)),
                servers.system()));
  }

  private static void oursWhole(Servers servers, CopiedFile file, Meter meter) throws Exception {
    meter.await(
        Source.single(new Copy(file.from, file.to))
            .via(
                FileFlow.copy(
                    FileWriteSettings.create(servers.system()).withSync(SyncPolicy.NEVER)))
            .runWith(Sink.ignore(), servers.system()));
  }

  private static void raw(CopiedFile file, Meter meter, Transfer transfer, boolean isSynced)
      throws IOException {
    try (FileChannel from = FileChannel.open(file.from, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(file.to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      transfer.run(from, to);
      if (isSynced) {
        to.force(true);
      }
      meter.checkTime();
    }
  }

  private static void throughBuffer(FileChannel from, FileChannel to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    while (from.read(buffer) >= 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
      buffer.clear();
    }
  }

  private static void transferred(FileChannel from, FileChannel to) throws IOException {
    long size = from.size();
    for (long done = 0; done < size; ) {
      done += from.transferTo(done, size - done, to);
    }
  }

  /** What is copied, made once. */
  private static final class CopiedFile implements Servers.Kept {
    final Path folder;
    final Path from;
    final Path to;

    private CopiedFile() {
      try {
        folder = Files.createTempDirectory("file-copy");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      from = folder.resolve("from");
      to = folder.resolve("to");
    }

    static CopiedFile of(Servers servers, long kibibytes) throws IOException {
      CopiedFile file = servers.once(CopiedFile.class, CopiedFile::new);
      if (!Files.exists(file.from) || Files.size(file.from) != kibibytes * KIB) {
        file.fill(kibibytes);
      }
      return file;
    }

    private void fill(long kibibytes) throws IOException {
      Random random = new Random(1);
      byte[] block = new byte[KIB];
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(from), BUFFER)) {
        for (long i = 0; i < kibibytes; i++) {
          random.nextBytes(block);
          out.write(block);
        }
      }
    }

    @Override
    public void close() {
      try {
        Files.deleteIfExists(to);
        Files.deleteIfExists(from);
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
