package dev.connectors.file;

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
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZOutputFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

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
