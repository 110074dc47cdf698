package dev.connectors.file.internal;

import com.typesafe.config.ConfigFactory;
import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveReadSettings;
import dev.connectors.file.ArchiveWriteSettings;
import dev.connectors.file.CompressionFormat;
import dev.connectors.file.DecompressSettings;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** What archives and compressed streams give without a stream, on the caller's thread. */
final class Run {
  private Run() {}

  /**
   * What was read.
   *
   * @param failure null if all was
   */
  record Result(List<Content> contents, ArchiveException.@Nullable Reason failure) {}

  /** One entry. */
  record Content(String name, EntryType type, List<Byte> bytes) {
    static Content of(EntryHeader header, byte[] bytes) {
      List<Byte> list = new ArrayList<>(bytes.length);
      for (byte value : bytes) {
        list.add(value);
      }
      return new Content(header.name(), header.type(), list);
    }
  }

  static ArchiveReadSettings reading() {
    return ArchiveReadSettings.create(
        ConfigFactory.load().getConfig("connectors.file.archive.read"));
  }

  static ArchiveWriteSettings writing() {
    return ArchiveWriteSettings.create(
        ConfigFactory.load().getConfig("connectors.file.archive.write"));
  }

  static DecompressSettings decompressing() {
    return DecompressSettings.create(ConfigFactory.load().getConfig("connectors.file.decompress"));
  }

  static List<byte[]> pieces(byte[] bytes, List<Integer> cuts) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      int to = Math.min(bytes.length, from + cut);
      pieces.add(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
    return pieces;
  }

  /** As {@link TarReadStage} does. */
  static Result tar(List<byte[]> pieces, ArchiveReadSettings settings) {
    TarParser parser = new TarParser();
    ArchiveGuard guard = new ArchiveGuard(settings, 0);
    List<Content> contents = new ArrayList<>();
    List<byte[]> left = new ArrayList<>(pieces);
    try {
      while (true) {
        EntryHeader header = parser.next();
        if (header != null) {
          if (guard.admits(header)) {
            contents.add(content(parser, header, guard, left));
          }
        } else if (parser.isAtEnd()) {
          return new Result(contents, null);
        } else if (left.isEmpty()) {
          parser.end();
        } else {
          parser.feed(ByteString.fromArray(left.remove(0)));
        }
      }
    } catch (ArchiveException e) {
      return new Result(contents, e.reason());
    }
  }

  private static Content content(
      TarParser parser, EntryHeader header, ArchiveGuard guard, List<byte[]> left)
      throws ArchiveException {
    ArchiveGuard.Meter meter = guard.meter(header, 0);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (parser.hasContent()) {
      ByteString chunk = parser.content(1000);
      if (chunk != null) {
        meter.add(chunk.size());
        bytes.writeBytes(chunk.toArray());
      } else if (left.isEmpty()) {
        parser.end();
      } else {
        parser.feed(ByteString.fromArray(left.remove(0)));
      }
    }
    return Content.of(header, bytes.toByteArray());
  }

  /** As {@link ArchiveReadStage} and {@link EntryContentStage} do. */
  static Result file(ArchiveReader.Format format, Path file, ArchiveReadSettings settings)
      throws IOException {
    ReadSession session = new ReadSession(format, file, settings, Runnable::run);
    List<Content> contents = new ArrayList<>();
    try {
      ReadSession.Batch[] batch = {new ReadSession.Batch(List.of(), false, null)};
      do {
        session.requestBatch(batch[0].entries().size(), read -> batch[0] = read);
        for (ArchiveEntry entry : batch[0].entries()) {
          contents.add(content(entry));
        }
      } while (!batch[0].isLast());
      Throwable failure = batch[0].failure();
      if (failure != null) {
        throw expected(failure);
      }
      return new Result(contents, null);
    } catch (ArchiveException e) {
      return new Result(contents, e.reason());
    } finally {
      session.end();
    }
  }

  private static Content content(ArchiveEntry entry) throws IOException {
    if (entry.bytes().isPresent()) {
      return Content.of(entry.header(), entry.bytes().get().toArray());
    }
    ReadSession.Feed feed = ((ReadEntry) entry).feed();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ReadSession.Chunks[] chunks = {null};
      do {
        feed.request(read -> chunks[0] = read);
        chunks[0].chunks().forEach(chunk -> bytes.writeBytes(chunk.toArray()));
      } while (!chunks[0].isLast());
      Throwable failure = chunks[0].failure();
      if (failure != null) {
        throw expected(failure);
      }
    } finally {
      feed.end();
    }
    return Content.of(entry.header(), bytes.toByteArray());
  }

  private static ArchiveException expected(Throwable failure) {
    if (failure instanceof ArchiveException expected) {
      return expected;
    }
    throw new AssertionError("another exception than users expect", failure);
  }

  static byte[] archive(
      Function<OutputStream, ArchiveWriter.Format> format,
      ArchiveWriteSettings settings,
      List<Content> contents,
      boolean sized)
      throws IOException {
    Chunks chunks = new Chunks(700);
    try (ArchiveWriter writer = new ArchiveWriter(format.apply(chunks), settings)) {
      for (Content content : contents) {
        EntryHeader header = EntryHeader.file(content.name()).withType(content.type());
        byte[] bytes = bytes(content);
        writer.begin(sized ? header.withSize(bytes.length) : header);
        for (byte[] piece : pieces(bytes, List.of(10, 1000))) {
          writer.write(ByteString.fromArray(piece));
        }
        writer.end();
      }
      writer.finish();
    }
    return drain(chunks);
  }

  static byte[] bytes(Content content) {
    byte[] bytes = new byte[content.bytes().size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = content.bytes().get(i);
    }
    return bytes;
  }

  static byte[] drain(Chunks chunks) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteString chunk = chunks.rest(); chunk != null; chunk = chunks.rest()) {
      all.writeBytes(chunk.toArray());
    }
    return all.toByteArray();
  }

  static byte[] compress(CompressionFormat format, byte[] content) throws IOException {
    Chunks chunks = new Chunks(700);
    try (OutputStream out = Codec.compress(format, Codec.defaultLevel(format), chunks)) {
      out.write(content);
    }
    return drain(chunks);
  }

  /** What comes out, and why no more does. */
  record Decompressed(ByteString bytes, ArchiveException.@Nullable Reason failure) {}

  /** As {@link DecompressStage} does. */
  static Decompressed decompress(
      CompressionFormat format, List<byte[]> pieces, DecompressSettings settings) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Exchange[] exchange = {null};
    exchange[0] =
        new Exchange(
            () -> {
              for (ByteString chunk = exchange[0].poll();
                  chunk != null;
                  chunk = exchange[0].poll()) {
                bytes.writeBytes(chunk.toArray());
              }
            });
    pieces.forEach(piece -> exchange[0].put(ByteString.fromArray(piece)));
    exchange[0].endInput();
    new Decompression(format, settings, exchange[0]).run();
    Throwable failure = exchange[0].failure();
    return new Decompressed(
        ByteString.fromArrayUnsafe(bytes.toByteArray()),
        failure == null ? null : expected(failure).reason());
  }

  static Path write(Path folder, byte[] bytes) throws IOException {
    return Files.write(folder.resolve("archive"), bytes);
  }
}
