package dev.connectors.file;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZOutputFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.tukaani.xz.FinishableOutputStream;
import org.tukaani.xz.FinishableWrapperOutputStream;
import org.tukaani.xz.LZMA2Options;

/** Archives as others write them. */
final class Archives {
  private Archives() {}

  static Map<String, byte[]> contents(String... namesAndTexts) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      contents.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(UTF_8));
    }
    return contents;
  }

  static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static byte[] zip(Map<String, byte[]> contents) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> content : contents.entrySet()) {
        zip.putNextEntry(new ZipEntry(content.getKey()));
        zip.write(content.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] tar(Map<String, byte[]> contents) {
    return tar(
        tar -> {
          for (Map.Entry<String, byte[]> content : contents.entrySet()) {
            TarArchiveEntry entry = new TarArchiveEntry(content.getKey(), true);
            entry.setSize(content.getValue().length);
            tar.putArchiveEntry(entry);
            tar.write(content.getValue());
            tar.closeArchiveEntry();
          }
        });
  }

  interface Writing {
    void to(TarArchiveOutputStream tar) throws IOException;
  }

  static byte[] tar(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      writing.to(tar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Path sevenZ(Path file, Map<String, byte[]> contents) throws IOException {
    try (SevenZOutputFile sevenZ = new SevenZOutputFile(file.toFile())) {
      for (Map.Entry<String, byte[]> content : contents.entrySet()) {
        SevenZArchiveEntry entry = new SevenZArchiveEntry();
        entry.setName(content.getKey());
        sevenZ.putArchiveEntry(entry);
        sevenZ.write(content.getValue());
        sevenZ.closeArchiveEntry();
      }
    }
    return file;
  }

  /** All contents, none of them empty, compressed as one: Commons Compress does not write that. */
  static Path solidSevenZ(Path file, Map<String, byte[]> contents) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    LZMA2Options options = new LZMA2Options();
    options.setDictSize(1 << 16);
    long size = 0;
    try (FinishableOutputStream lzma =
        options.getOutputStream(new FinishableWrapperOutputStream(packed))) {
      for (byte[] content : contents.values()) {
        lzma.write(content);
        size += content.length;
      }
    }
    Fields header = new Fields();
    header.bytes(1, 4, 6).number(0).number(1).bytes(9).number(packed.size()).bytes(0);
    header.bytes(7, 0x0B, 1, 0, 1, 0x21, 0x21, 1, 8, 0x0C).number(size).bytes(0); // by LZMA2
    header.bytes(8, 0x0D).number(contents.size()).bytes(9);
    contents.values().stream()
        .limit(contents.size() - 1L)
        .forEach(content -> header.number(content.length));
    header.bytes(0x0A, 1);
    contents.values().forEach(content -> header.little(4, crc(content)));
    byte[] names = (String.join("\0", contents.keySet()) + "\0").getBytes(UTF_16LE);
    header.bytes(0, 0, 5).number(contents.size());
    header.bytes(0x11).number(names.length + 1).bytes(0).bytes(names).bytes(0, 0);

    byte[] end = header.toByteArray();
    byte[] where =
        new Fields()
            .little(8, packed.size())
            .little(8, end.length)
            .little(4, crc(end))
            .toByteArray();
    return Files.write(
        file,
        new Fields()
            .bytes('7', 'z', 0xBC, 0xAF, 0x27, 0x1C, 0, 4)
            .little(4, crc(where))
            .bytes(where)
            .bytes(packed.toByteArray())
            .bytes(end)
            .toByteArray());
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  /** What headers of a 7z are made of. */
  private static final class Fields {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Fields bytes(int... values) {
      for (int value : values) {
        out.write(value);
      }
      return this;
    }

    Fields bytes(byte[] values) {
      out.writeBytes(values);
      return this;
    }

    Fields little(int length, long value) {
      for (int i = 0; i < length; i++) {
        out.write((int) (value >>> (8 * i)));
      }
      return this;
    }

    /** In the longest of its forms. */
    Fields number(long value) {
      return bytes(0xFF).little(8, value);
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }
  }

  /** Every occurrence of one text becomes another of the same length, in headers too. */
  static byte[] replaced(byte[] archive, String text, String by) {
    byte[] from = text.getBytes(UTF_8);
    byte[] to = by.getBytes(UTF_8);
    if (from.length != to.length) {
      throw new IllegalArgumentException("of different lengths");
    }
    byte[] changed = archive.clone();
    for (int i = 0; i + from.length <= changed.length; i++) {
      if (Arrays.equals(changed, i, i + from.length, from, 0, from.length)) {
        System.arraycopy(to, 0, changed, i, to.length);
      }
    }
    return changed;
  }

  /** The four bytes at an offset from where a central directory's first header begins. */
  static byte[] inFirstDirectoryHeader(byte[] zip, int offset, int value) {
    byte[] changed = zip.clone();
    for (int i = 0; i + 4 <= changed.length; i++) {
      if (changed[i] == 'P'
          && changed[i + 1] == 'K'
          && changed[i + 2] == 1
          && changed[i + 3] == 2) {
        for (int b = 0; b < 4; b++) {
          changed[i + offset + b] = (byte) (value >>> (8 * b));
        }
        return changed;
      }
    }
    throw new IllegalArgumentException("no central directory");
  }

  static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
