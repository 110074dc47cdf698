package dev.connectors.file.internal;

import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Values of settings that only this module has. */
public final class Values {
  private static final byte[] LINE_FEED = {'\n'};

  private Values() {}

  /** A size that has to fit an array. */
  public static int size(SettingsReader reader, String name) {
    long size = reader.bytes(name);
    if (size > Integer.MAX_VALUE - 1024) {
      throw Checks.refused(reader.key(name), size, "less than 2 GiB");
    }
    return (int) size;
  }

  /** For decoders that count it in KiB. */
  public static long memoryLimit(String setting, long bytes) {
    if (bytes < 1024 || bytes / 1024 > Integer.MAX_VALUE) {
      throw Checks.refused(setting, bytes, "from 1 KiB to 2 TiB");
    }
    return bytes;
  }

  /** Null for an empty text. */
  public static @Nullable Path path(SettingsReader reader, String name) {
    String text = reader.text(name);
    return text.isEmpty() ? null : Path.of(text);
  }

  public static Charset charset(SettingsReader reader, String name) {
    String text = reader.text(name);
    try {
      return Charset.forName(text);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
      throw Checks.refused(reader.key(name), text, "a charset that this Java knows");
    }
  }

  /** Refuses a charset in which a line's end can't be told by a byte. */
  public static Charset ofLines(Charset charset) {
    if (charset.canEncode()
        && Arrays.equals("\n".getBytes(charset), LINE_FEED)
        && new String(LINE_FEED, charset).equals("\n")
        && new String(new byte[] {0, '\n'}, charset).endsWith("\n")) {
      return charset;
    }
    throw Checks.refused(
        "charset",
        charset,
        "one in which a line feed is the byte 10 and nothing else is, such as "
            + StandardCharsets.UTF_8
            + "; decode others first");
  }
}
