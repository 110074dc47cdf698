package dev.connectors.file.internal;

import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What names of entries mean, and which of them are dangerous wherever they are extracted. */
public final class EntryNames {
  private static final Pattern DRIVE = Pattern.compile("^[A-Za-z]:.*", Pattern.DOTALL);

  private EntryNames() {}

  /** Why the name is unsafe; null if it is not. */
  public static @Nullable String danger(EntryHeader header) {
    String name = header.name();
    if (name.startsWith("/")) {
      return "is absolute";
    }
    if (name.indexOf('\\') >= 0) {
      return "has a backslash, which separates directories on some systems";
    }
    if (DRIVE.matcher(name).matches()) {
      return "begins with a drive letter";
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      return "has a control character";
    }
    List<String> parts = parts(name);
    if (parts.isEmpty() && !(name.equals(".") && header.type() == EntryType.DIRECTORY)) {
      return "is empty"; // a tar of "." begins with that directory
    }
    return parts.contains("..") ? "has a part '..'" : null;
  }

  /** The same for all names that are extracted to the same place. */
  public static String normal(String name) {
    return String.join("/", parts(name));
  }

  /** Formats end the names of directories with a slash; headers have the type for that. */
  public static String withoutSlash(String name) {
    int end = name.length();
    while (end > 1 && name.charAt(end - 1) == '/') {
      end--;
    }
    return name.substring(0, end);
  }

  private static List<String> parts(String name) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    while (start <= name.length()) {
      int slash = name.indexOf('/', start);
      int end = slash < 0 ? name.length() : slash;
      String part = name.substring(start, end);
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
      start = end + 1;
    }
    return parts;
  }
}
