package dev.connectors.file.internal;

import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What names of entries mean, and which of them are dangerous wherever they are extracted. */
public final class EntryNames {
  private EntryNames() {}

  /** Why the name is unsafe; null if it is not. */
  public static @Nullable String danger(EntryHeader header) {
    String name = header.name();
    if (name.startsWith("/")) {
      return "is absolute";
    }
    if (name.length() > 1 && name.charAt(1) == ':' && isLetter(name.charAt(0))) {
      return "begins with a drive letter";
    }
    for (int i = 0; i < name.length(); i++) {
      char character = name.charAt(i);
      if (character == '\\') {
        return "has a backslash, which separates directories on some systems";
      }
      if (Character.isISOControl(character)) {
        return "has a control character";
      }
    }
    if (isPlain(name)) {
      return null;
    }
    List<String> parts = parts(name);
    if (parts.isEmpty() && !(name.equals(".") && header.type() == EntryType.DIRECTORY)) {
      return "is empty"; // a tar of "." begins with that directory
    }
    return parts.contains("..") ? "has a part '..'" : null;
  }

  private static boolean isLetter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
  }

  /** Whether no part of it is empty or begins with a dot, as it is for nearly all names. */
  private static boolean isPlain(String name) {
    boolean begins = true; // a part
    for (int i = 0; i < name.length(); i++) {
      char character = name.charAt(i);
      if (begins && (character == '/' || character == '.')) {
        return false;
      }
      begins = character == '/';
    }
    return !begins;
  }

  /** The same for all names that are extracted to the same place. */
  public static String normal(String name) {
    return isPlain(name) ? name : String.join("/", parts(name));
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
