package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.file.ArchiveWriteSettings;
import dev.connectors.file.CompressionFormat;
import dev.connectors.file.EntryType;
import dev.connectors.file.internal.Run.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What was written is read again. */
class ArchivePropertiesTest {
  private static final ArchiveWriteSettings SETTINGS = Run.writing().withBufferSize(3000);

  @Provide
  Arbitrary<List<Content>> contents() {
    Arbitrary<String> part =
        Arbitraries.strings()
            .withCharRange('a', 'e')
            .withChars('ä', '€', ' ', '.')
            .ofMinLength(1)
            .ofMaxLength(60)
            .filter(name -> !name.equals(".") && !name.equals(".."));
    Arbitrary<String> name =
        part.list().ofMinSize(1).ofMaxSize(4).map(all -> String.join("/", all));
    Arbitrary<List<Byte>> bytes = Arbitraries.bytes().list().ofMaxSize(2500);
    return Combinators.combine(name, bytes)
        .as((text, content) -> new Content(text, EntryType.FILE, content))
        .list()
        .ofMaxSize(6)
        .uniqueElements(Content::name);
  }

  @Property(tries = 200)
  void tar_writtenAndReadInAnyPieces_isTheSame(
      @ForAll("contents") List<Content> contents,
      @ForAll boolean sized,
      @ForAll @Size(max = 8) List<@IntRange(max = 3000) Integer> cuts)
      throws IOException {
    byte[] tar = Run.archive(TarFormat::new, SETTINGS, contents, sized);

    assertThat(Run.tar(Run.pieces(tar, cuts), Run.reading()))
        .isEqualTo(new Run.Result(contents, null));
  }

  @Property(tries = 200)
  void zip_written_isTheSameForUsAndForJava(
      @ForAll("contents") List<Content> contents,
      @ForAll boolean sized,
      @ForAll @IntRange(min = 1, max = 4000) int chunkSize,
      @ForAll @IntRange(max = 3000) int bufferSize)
      throws IOException {
    ArchiveWriteSettings settings = SETTINGS.withBufferSize(bufferSize);
    byte[] zip = Run.archive(out -> new ZipFormat(out, settings), settings, contents, sized);
    Path file = Files.createTempFile("archive", ".zip");
    try {
      Files.write(file, zip);

      assertThat(Run.file(ZipReader::new, file, Run.reading().withChunkSize(chunkSize)))
          .isEqualTo(new Run.Result(contents, null));
      if (!contents.isEmpty()) {
        assertThatJavaReads(file, contents);
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void assertThatJavaReads(Path file, List<Content> contents) throws IOException {
    try (ZipFile java = new ZipFile(file.toFile())) {
      assertThat(java.size()).isEqualTo(contents.size());
      for (Content content : contents) {
        ZipEntry entry = java.getEntry(content.name());
        assertThat(java.getInputStream(entry).readAllBytes()).isEqualTo(Run.bytes(content));
      }
    }
  }

  @Property(tries = 200)
  void compressed_andDecompressedInAnyPieces_isTheSame(
      @ForAll CompressionFormat format,
      @ForAll @Size(max = 3000) byte[] content,
      @ForAll @Size(max = 6) List<@IntRange(max = 500) Integer> cuts)
      throws IOException {
    byte[] compressed = Run.compress(format, content);

    Run.Decompressed result =
        Run.decompress(format, Run.pieces(compressed, cuts), Run.decompressing());

    assertThat(result.failure()).isNull();
    assertThat(result.bytes().toArray()).isEqualTo(content);
  }
}
