package dev.connectors.file.internal;

import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import org.apache.commons.compress.MemoryLimitException;
import org.apache.commons.compress.PasswordRequiredException;
import org.apache.commons.compress.archivers.zip.UnsupportedZipFeatureException;
import org.jspecify.annotations.Nullable;

/** What the libraries throw on bad input, which may be anything, as one type. */
final class Failures {
  private Failures() {}

  /** As {@link #of}, and errors of the JVM as they are. */
  static Throwable ofAny(Throwable cause, @Nullable String entry) {
    boolean isOfInput =
        !(cause instanceof Error)
            || cause instanceof LinkageError
            || cause instanceof StackOverflowError;
    return isOfInput ? of(cause, entry) : cause;
  }

  /**
   * What users see.
   *
   * @param entry null for an archive or stream as a whole
   */
  static IOException of(Throwable cause, @Nullable String entry) {
    if (cause instanceof ArchiveException
        || cause instanceof FileSystemException
        || cause instanceof ClosedChannelException) {
      return (IOException) cause;
    }
    if (cause instanceof MemoryLimitException) {
      return new ArchiveException(
          Reason.MEMORY, entry, "takes more memory than memory-limit: " + said(cause), cause);
    }
    if (cause instanceof UnsupportedZipFeatureException
        || cause instanceof PasswordRequiredException) {
      return new ArchiveException(Reason.UNSUPPORTED, entry, said(cause), cause);
    }
    if (cause instanceof LinkageError) {
      return new ArchiveException(
          Reason.UNSUPPORTED,
          entry,
          "is compressed in a way that needs a library, such as com.github.luben:zstd-jni or"
              + " org.tukaani:xz, which is not on the class path: "
              + cause.getMessage(),
          cause);
    }
    if (cause instanceof EOFException) {
      return new ArchiveException(
          Reason.TRUNCATED, entry, "ends before its end: " + said(cause), cause);
    }
    return new ArchiveException(Reason.CORRUPT, entry, "can't be read: " + said(cause), cause);
  }

  private static String said(Throwable cause) {
    String message = cause.getMessage();
    return cause instanceof IOException && message != null ? message : cause.toString();
  }
}
