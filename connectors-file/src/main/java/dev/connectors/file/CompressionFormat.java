package dev.connectors.file;

/** How a stream of bytes is compressed. */
public enum CompressionFormat {
  /** RFC 1952; several members one after the other are one text. */
  GZIP,
  /** RFC 8878. Needs {@code com.github.luben:zstd-jni} on the class path. */
  ZSTD,
  /** Needs {@code org.tukaani:xz} on the class path. */
  XZ,
  BZIP2,
  /** LZ4's frame format, as the {@code lz4} tool writes it. */
  LZ4
}
