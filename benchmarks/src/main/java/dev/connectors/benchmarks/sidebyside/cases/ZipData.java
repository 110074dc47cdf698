package dev.connectors.benchmarks.sidebyside.cases;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Entries of rows of CSV, a few different ones again and again.
 *
 * @param crc of all contents, one after the other
 */
record ZipData(List<byte[]> different, long entries, int size, long crc) {
  private static final int DIFFERENT = 16;

  static ZipData of(long entries, int size) {
    List<byte[]> different = new ArrayList<>();
    long row = 0;
    for (int i = 0; i < DIFFERENT; i++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < size) {
        text.append(String.join(",", CsvData.row(false, row++ * 7919))).append('\n');
      }
      different.add(Arrays.copyOf(text.toString().getBytes(UTF_8), size));
    }
    CRC32 crc = new CRC32();
    for (long i = 0; i < entries; i++) {
      crc.update(different.get((int) (i % DIFFERENT)));
    }
    return new ZipData(different, entries, size, crc.getValue());
  }

  byte[] content(long entry) {
    return different.get((int) (entry % DIFFERENT));
  }

  static String name(long entry) {
    return "orders/" + entry + ".csv";
  }

  void verify(CRC32 read) {
    WrongResult.check("checksum of the contents", read.getValue(), crc);
  }

  void writeTo(OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (long i = 0; i < entries; i++) {
        zip.putNextEntry(new ZipEntry(name(i)));
        zip.write(content(i));
        zip.closeEntry();
      }
    }
  }

  /** The files that were made, gone when the benchmarks are done. */
  private static final class Made implements Servers.Kept {
    final Map<String, Path> files = new HashMap<>();

    @Override
    public void close() {
      for (Path file : files.values()) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          file.toFile().deleteOnExit();
        }
      }
    }
  }

  /** The zip of these entries, made once. */
  Path file(Servers servers) throws IOException {
    Map<String, Path> files = servers.once(Made.class, Made::new).files;
    String key = entries + " " + size;
    Path known = files.get(key);
    if (known == null) {
      known = Files.createTempFile("benchmark", ".zip");
      files.put(key, known);
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(known))) {
        writeTo(out);
      }
    }
    return known;
  }
}
