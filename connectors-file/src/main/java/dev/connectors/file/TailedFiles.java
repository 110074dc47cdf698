package dev.connectors.file;

import dev.connectors.core.internal.Checks;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Which files a tail reads: names in directories, and the names that these files get when they are
 * rotated. Neither the files nor the directories need to be there yet. Immutable.
 *
 * <p>Rotated files are where a tail finds what it has not read when files were rotated while it was
 * down, or faster than it looked. Unless {@link #withRotated} says otherwise, these are the files
 * in the same directory whose names begin as those of the tailed ones do: {@code app.log.1} and
 * {@code app.log-20261126} of {@code app.log}. Compressed ones ({@code .gz}, {@code .bz2}, {@code
 * .xz}, {@code .zst}, {@code .lz4}, {@code .zip}, {@code .tgz}, {@code .Z}) are left alone, and so
 * is what was rotated before the first start.
 */
public final class TailedFiles {
  private final List<Pattern> patterns;

  /**
   * Files of one directory.
   *
   * @param directory where they are; those below it are not meant
   * @param glob of the names to tail, as {@link FileSystem#getPathMatcher} has it
   * @param rotated glob of the names of rotated files, in the same directory
   */
  public record Pattern(Path directory, String glob, String rotated) {
    public Pattern {
      Objects.requireNonNull(directory, "directory");
      Checks.notEmpty("glob", glob);
      Checks.notEmpty("rotated", rotated);
      check(directory, glob);
      check(directory, rotated);
    }

    private static void check(Path directory, String glob) {
      if (glob.contains("/")) {
        throw Checks.refused("glob", "'" + glob + "'", "one of a name, without /");
      }
      directory.getFileSystem().getPathMatcher("glob:" + glob);
    }
  }

  private TailedFiles(List<Pattern> patterns) {
    this.patterns = List.copyOf(patterns);
  }

  /** One file. */
  public static TailedFiles path(Path path) {
    Path name = path.getFileName();
    if (name == null) {
      throw Checks.refused("path", path, "one that has a name");
    }
    Path parent = path.getParent();
    return glob(parent == null ? Path.of("") : parent, escaped(name.toString()));
  }

  /** Several files. */
  public static TailedFiles paths(Path first, Path... more) {
    TailedFiles files = path(first);
    for (Path path : more) {
      files = files.and(path(path));
    }
    return files;
  }

  /**
   * All files in a directory whose names match, now or later.
   *
   * @param glob as {@link FileSystem#getPathMatcher} has it, for example {@code *.log}
   * @throws java.util.regex.PatternSyntaxException if it is none
   */
  public static TailedFiles glob(Path directory, String glob) {
    return new TailedFiles(List.of(new Pattern(directory, glob, glob + "?*")));
  }

  /** These and others. A file that is meant twice is read once. */
  public TailedFiles and(TailedFiles others) {
    return new TailedFiles(Stream.concat(patterns.stream(), others.patterns.stream()).toList());
  }

  /**
   * How rotated files are named, where their names don't begin with that of the tailed file: {@code
   * app-*.log} if {@code app.log} becomes {@code app-1.log}.
   */
  public TailedFiles withRotated(String glob) {
    return new TailedFiles(
        patterns.stream()
            .map(pattern -> new Pattern(pattern.directory(), pattern.glob(), glob))
            .toList());
  }

  /** Where they are looked for. */
  public List<Pattern> patterns() {
    return patterns;
  }

  private static String escaped(String name) {
    StringBuilder glob = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if ("\\*?[]{},".indexOf(c) >= 0) {
        glob.append('\\');
      }
      glob.append(c);
    }
    return glob.toString();
  }

  @Override
  public String toString() {
    return String.join(
        ", ",
        Arrays.asList(
            patterns.stream()
                .map(pattern -> pattern.directory().resolve(pattern.glob()).toString())
                .toArray(String[]::new)));
  }
}
