package dev.connectors.testkit.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The launcher classes as a jar of their own.
 *
 * <p>The server's class path so holds them and nothing else of ours, even where an application has
 * been packed into one jar together with the testkit; and a class data archive takes jars only.
 */
final class LauncherJar {
  static final String PACKAGE = "dev.connectors.testkit.internal.launcher";

  /** By name: loading them here would need the server's classes. */
  static final List<String> CLASSES =
      List.of(
          "ActiveMqNode",
          "ArtemisNode",
          "ElasticsearchNode",
          "KafkaNode",
          "ParentWatch",
          "PubSubNode",
          "RootAction",
          "S3MockNode",
          "S3MockNode$Listening",
          "S3ProxyNode");

  private LauncherJar() {}

  /** The jar in {@code cache}, written there unless one of the same content is. */
  static Path in(Path cache) throws IOException {
    byte[] content = content();
    CRC32 checksum = new CRC32();
    checksum.update(content);
    Path jar =
        cache.resolve("launcher-" + HexFormat.of().toHexDigits(checksum.getValue(), 8) + ".jar");
    if (!Files.isRegularFile(jar)) {
      AtomicFiles.write(jar, target -> Files.write(target, content));
    }
    return jar;
  }

  private static byte[] content() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : CLASSES) {
        String path = PACKAGE.replace('.', '/') + "/" + name + ".class";
        ZipEntry entry = new ZipEntry(path);
        entry.setTimeLocal(LocalDateTime.of(2000, 1, 1, 0, 0)); // the same content, the same jar
        zip.putNextEntry(entry);
        try (InputStream in = LauncherJar.class.getResourceAsStream("/" + path)) {
          Objects.requireNonNull(in, path).transferTo(zip);
        }
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
