package dev.connectors.core.internal;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.CorruptCheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A file for each name: one line {@code connectors-checkpoint 1 <bytes> <CRC-32C>}, then the value.
 */
public final class FileCheckpointStore implements CheckpointStore {
  private static final Pattern HEADER =
      Pattern.compile("connectors-checkpoint (\\d{1,9}) (\\d{1,9}) ([0-9a-f]{8})");
  private static final String VERSION = "1";
  private static final int MAX_HEADER = 64;

  private final Path directory;
  private final Disk disk;

  public FileCheckpointStore(Path directory) {
    this(directory, new Disk());
  }

  FileCheckpointStore(Path directory, Disk disk) {
    this.directory = directory.toAbsolutePath();
    this.disk = disk;
  }

  @Override
  public Optional<byte[]> load(String name) throws IOException {
    Path file = file(name);
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_HEADER + MAX_BYTES + 1);
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
    return Optional.of(value(name, file, content));
  }

  private static byte[] value(String name, Path file, byte[] content) throws IOException {
    int end = 0;
    while (end < content.length && end < MAX_HEADER && content[end] != '\n') {
      end++;
    }
    Matcher header = HEADER.matcher(new String(content, 0, end, StandardCharsets.US_ASCII));
    if (end == content.length || content[end] != '\n' || !header.matches()) {
      throw damaged(name, file, "it has no header");
    }
    if (!header.group(1).equals(VERSION)) {
      throw damaged(name, file, "it is of version " + header.group(1) + ", known is " + VERSION);
    }
    int length = Integer.parseInt(header.group(2));
    int found = content.length - end - 1;
    if (found != length) {
      throw damaged(name, file, "it has %d bytes instead of %d".formatted(found, length));
    }
    byte[] value = Arrays.copyOfRange(content, end + 1, content.length);
    String checksum = checksum(value);
    if (!checksum.equals(header.group(3))) {
      throw damaged(
          name, file, "its checksum is %s instead of %s".formatted(checksum, header.group(3)));
    }
    return value;
  }

  private static CorruptCheckpointException damaged(String name, Path file, String why) {
    return new CorruptCheckpointException(name, file.toString(), why);
  }

  @Override
  public synchronized void save(String name, byte[] value) throws IOException {
    Path file = file(name);
    if (value.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "checkpoint '%s' has %d bytes, allowed are %d".formatted(name, value.length, MAX_BYTES));
    }
    String header =
        "connectors-checkpoint %s %d %s\n".formatted(VERSION, value.length, checksum(value));
    byte[] start = header.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer content = ByteBuffer.allocate(start.length + value.length).put(start).put(value);
    content.flip();
    // Always the same: what a crash leaves behind is overwritten by the next save.
    Path draft = file.resolveSibling(file.getFileName() + ".tmp");
    disk.createDirectory(directory);
    try (FileChannel channel = disk.create(draft)) {
      disk.write(channel, content);
      disk.sync(channel);
    }
    disk.rename(draft, file);
    disk.syncDirectory(directory);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    if (Files.deleteIfExists(file(name))) {
      disk.syncDirectory(directory);
    }
  }

  private Path file(String name) {
    Checks.notEmpty("checkpoint name", name);
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.')) {
        encoded.append(c);
      } else {
        encoded.append("%%%02X".formatted((int) c));
      }
    }
    return directory.resolve(encoded.append(".checkpoint").toString());
  }

  private static String checksum(byte[] value) {
    CRC32C crc = new CRC32C();
    crc.update(value);
    return "%08x".formatted(crc.getValue());
  }

  @Override
  public String toString() {
    return "CheckpointStore.files(" + directory + ")";
  }
}
