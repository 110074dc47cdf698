package dev.connectors.file.internal;

import dev.connectors.core.internal.Checks;
import dev.connectors.file.CompressionFormat;
import dev.connectors.file.DecompressSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZUtils;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdUtils;
import org.tukaani.xz.LZMA2Options;

/** How Commons Compress is asked for each format. */
public final class Codec {
  private static final int GZIP_BUFFER = 16 * 1024;
  private static final int LOWEST_ZSTD = -7;
  private static final int HIGHEST_ZSTD = 22;

  private Codec() {}

  /** Refuses a format whose library is not there. */
  public static CompressionFormat available(CompressionFormat format) {
    switch (format) {
      case ZSTD ->
          require("zstd", ZstdUtils.isZstdCompressionAvailable(), "com.github.luben:zstd-jni");
      case XZ -> requireXz("xz");
      default -> {
        // Commons Compress has it.
      }
    }
    return format;
  }

  /** Refuses what is made with xz's algorithm if its library is not there. */
  public static void requireXz(String what) {
    require(what, XZUtils.isXZCompressionAvailable(), "org.tukaani:xz");
  }

  static void require(String what, boolean isThere, String artifact) {
    if (!isThere) {
      throw new IllegalStateException(
          what + " needs " + artifact + ", which is not on the class path: add this dependency");
    }
  }

  /** Checks a level eagerly. */
  public static int level(CompressionFormat format, int level) {
    String setting = "level of " + format;
    switch (format) {
      case GZIP -> Checks.between(setting, -1, 9, level);
      case ZSTD -> Checks.between(setting, LOWEST_ZSTD, HIGHEST_ZSTD, level);
      case XZ -> Checks.between(setting, 0, 9, level);
      case BZIP2 -> Checks.between(setting, 1, 9, level);
      default -> throw Checks.refused(setting, level, "none");
    }
    return level;
  }

  /** The level that each format's own tool has. */
  public static int defaultLevel(CompressionFormat format) {
    return switch (format) {
      case GZIP -> -1;
      case ZSTD -> 3;
      case XZ -> 6;
      case BZIP2 -> 9;
      case LZ4 -> 0;
    };
  }

  static OutputStream compress(CompressionFormat format, int level, OutputStream out)
      throws IOException {
    return switch (format) {
      case GZIP -> gzip(level, out);
      case ZSTD ->
          ZstdCompressorOutputStream.builder()
              .setOutputStream(out)
              .setLevel(level)
              .setChecksum(true)
              .get();
      case XZ ->
          XZCompressorOutputStream.builder()
              .setOutputStream(out)
              .setLzma2Options(new LZMA2Options(level))
              .get();
      case BZIP2 -> new BZip2CompressorOutputStream(out, level);
      case LZ4 -> new FramedLZ4CompressorOutputStream(out);
    };
  }

  private static OutputStream gzip(int level, OutputStream out) throws IOException {
    GzipParameters parameters = new GzipParameters();
    parameters.setCompressionLevel(level);
    parameters.setBufferSize(GZIP_BUFFER);
    return new GzipCompressorOutputStream(out, parameters);
  }

  /** Reads all that is concatenated. */
  static InputStream decompress(
      CompressionFormat format, InputStream in, DecompressSettings settings) throws IOException {
    return switch (format) {
      case GZIP ->
          GzipCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .get();
      case ZSTD -> new ZstdCompressorInputStream(in);
      case XZ ->
          XZCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .setMemoryLimitKiB((int) (settings.memoryLimit() / 1024))
              .get();
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case LZ4 -> new FramedLZ4CompressorInputStream(in, true);
    };
  }
}
