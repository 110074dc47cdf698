package dev.connectors.file.internal;

import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A tar out of pieces of any size. It finds where headers and contents begin; what headers mean,
 * with their extensions of POSIX and GNU, is for Commons Compress to say. Not thread-safe.
 */
public final class TarParser {
  private static final int BLOCK = TarConstants.DEFAULT_RCDSIZE;
  private static final int TYPE_OFFSET = 156;
  private static final int SIZE_OFFSET = 124;
  private static final int PERMISSIONS = 07777;
  private static final String EXTENSIONS = "LKxXg";

  /** Headers with their extensions: the names in them have no length of their own to trust. */
  static final int LONGEST_HEADER = 1024 * 1024;

  /** Of one entry with the global ones: Commons Compress reads them by recursion. */
  static final int MOST_EXTENSIONS = 64;

  private final byte[] block = new byte[BLOCK];
  private int filled;
  private final ByteArrayOutputStream globals = new ByteArrayOutputStream();
  private final ByteArrayOutputStream headers = new ByteArrayOutputStream();
  private ByteString input = ByteString.emptyByteString();
  private long extension; // bytes left of an extension's content, padding included
  private boolean isGlobal;
  private int globalCount;
  private int count;
  private long content; // bytes left
  private int padding; // bytes left, behind the content
  private boolean ended;

  /** The next bytes, once {@link #next} or {@link #content} has given null. */
  public void feed(ByteString bytes) {
    input = input.isEmpty() ? bytes : input.concat(bytes);
  }

  /** Whether the end of the archive was seen; whatever follows it is left out. */
  public boolean isAtEnd() {
    return ended;
  }

  /** Whether the entry has content that was not given. */
  public boolean hasContent() {
    return content > 0;
  }

  /** The next bytes of the entry's content; null if more has to be fed, or at its end. */
  public @Nullable ByteString content(int most) {
    int length = (int) Math.min(Math.min(most, content), input.size());
    if (length == 0) {
      return null;
    }
    content -= length;
    return take(length);
  }

  /**
   * The header of the next entry, past what is left of the one before; null if more has to be fed,
   * or at the end.
   */
  public @Nullable EntryHeader next() throws ArchiveException {
    while (!ended && pass()) {
      int length = Math.min(BLOCK - filled, input.size());
      take(length).copyToArray(block, filled, length);
      filled += length;
      if (filled < BLOCK) {
        return null;
      }
      filled = 0;
      EntryHeader header = block();
      if (header != null) {
        return header;
      }
    }
    return null;
  }

  /** What upstream's end means. */
  public void end() throws ArchiveException {
    if (!ended) {
      throw new ArchiveException(
          Reason.TRUNCATED,
          null,
          "the tar ends before its end, which two blocks of zeros are",
          null);
    }
  }

  /** Past what is left of content and padding; false if more has to be fed. */
  private boolean pass() {
    int skipped = (int) Math.min(content + padding, input.size());
    take(skipped);
    long ofContent = Math.min(skipped, content);
    content -= ofContent;
    padding -= (int) (skipped - ofContent);
    return content == 0 && padding == 0;
  }

  private ByteString take(int length) {
    ByteString taken = input.take(length);
    input = input.drop(length);
    return taken;
  }

  private @Nullable EntryHeader block() throws ArchiveException {
    if (extension > 0) {
      extension -= BLOCK;
      (isGlobal ? globals : headers).write(block, 0, BLOCK);
      return null;
    }
    if (isZero()) {
      if (headers.size() > 0) {
        throw corrupt("an extended header is followed by none", null);
      }
      ended = true;
      input = ByteString.emptyByteString();
      return null;
    }
    if (!hasChecksum()) {
      throw corrupt("a header has not its checksum", null);
    }
    char type = (char) block[TYPE_OFFSET];
    if (EXTENSIONS.indexOf(type) >= 0) {
      beginExtension(type == 'g');
      return null;
    }
    headers.write(block, 0, BLOCK);
    TarArchiveEntry entry = parse();
    headers.reset();
    count = 0;
    content = entry.getSize();
    padding = (int) ((BLOCK - content % BLOCK) % BLOCK);
    return header(entry);
  }

  private void beginExtension(boolean global) throws ArchiveException {
    long size = size();
    if (size < 0) {
      throw corrupt("an extended header has a size of " + size, null);
    }
    long all = globals.size() + headers.size() + BLOCK + size;
    if (size > LONGEST_HEADER || all > LONGEST_HEADER) {
      throw new ArchiveException(
          Reason.NAME_TOO_LONG,
          null,
          "a header has more than %d bytes".formatted(LONGEST_HEADER),
          LONGEST_HEADER,
          all);
    }
    if (globalCount + count >= MOST_EXTENSIONS) {
      throw corrupt("an entry has more than " + MOST_EXTENSIONS + " extended headers", null);
    }
    globalCount += global ? 1 : 0;
    count += global ? 0 : 1;
    isGlobal = global;
    extension = (size + BLOCK - 1) / BLOCK * BLOCK;
    (global ? globals : headers).write(block, 0, BLOCK);
  }

  private TarArchiveEntry parse() throws ArchiveException {
    if (block[TYPE_OFFSET] == TarConstants.LF_GNUTYPE_SPARSE || isSparse()) {
      throw new ArchiveException(
          Reason.UNSUPPORTED, null, "sparse files, as of tar --sparse, can't be read", null);
    }
    byte[] all = Arrays.copyOf(globals.toByteArray(), globals.size() + headers.size());
    System.arraycopy(headers.toByteArray(), 0, all, globals.size(), headers.size());
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(all), StandardCharsets.UTF_8.name())) {
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry == null || entry.getSize() < 0 || entry.getSize() > Long.MAX_VALUE - BLOCK) {
        throw corrupt("a header can't be read", null);
      }
      return entry;
    } catch (ArchiveException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw corrupt("a header can't be read: " + e.getMessage(), e);
    }
  }

  private boolean isSparse() {
    return headers.size() > BLOCK
        && headers.toString(StandardCharsets.ISO_8859_1).contains("GNU.sparse.");
  }

  private boolean isZero() {
    for (byte value : block) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean hasChecksum() {
    try {
      return TarUtils.verifyCheckSum(block);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private long size() throws ArchiveException {
    try {
      return TarUtils.parseOctalOrBinary(block, SIZE_OFFSET, TarConstants.SIZELEN);
    } catch (IllegalArgumentException e) {
      throw corrupt("a header has no size", e);
    }
  }

  private static ArchiveException corrupt(String message, @Nullable Throwable cause) {
    return new ArchiveException(Reason.CORRUPT, null, message, cause);
  }

  private static EntryHeader header(TarArchiveEntry entry) {
    EntryType type = type(entry);
    EntryHeader header =
        EntryHeader.file(EntryNames.withoutSlash(entry.getName()))
            .withType(type)
            .withSize(entry.getSize())
            .withModified(entry.getLastModifiedTime().toInstant())
            .withMode(entry.getMode() & PERMISSIONS);
    return type == EntryType.SYMBOLIC_LINK || type == EntryType.HARD_LINK
        ? header.withLinkTarget(entry.getLinkName())
        : header;
  }

  private static EntryType type(TarArchiveEntry entry) {
    if (entry.isSymbolicLink()) {
      return EntryType.SYMBOLIC_LINK;
    }
    if (entry.isLink()) {
      return EntryType.HARD_LINK;
    }
    if (entry.isDirectory()) {
      return EntryType.DIRECTORY;
    }
    // Its isFile says yes to devices and pipes.
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG ->
          EntryType.FILE;
      default -> EntryType.OTHER;
    };
  }
}
