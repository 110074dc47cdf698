package dev.connectors.file.internal;

import dev.connectors.file.OutsideRootException;
import dev.connectors.file.TailedFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at the directories of a tail. */
final class TailScan {
  private static final List<String> COMPRESSED =
      List.of(".gz", ".bz2", ".xz", ".zst", ".lz4", ".zip", ".tgz", ".z");

  private final Root root;
  private final List<Place> places = new ArrayList<>();

  private record Place(Path directory, PathMatcher live, PathMatcher rotated) {}

  /**
   * @throws OutsideRootException if a directory is
   */
  TailScan(TailedFiles files, @Nullable Path within) throws IOException {
    root = new Root(within);
    for (TailedFiles.Pattern pattern : files.patterns()) {
      Path directory = root.resolve(pattern.directory()).toAbsolutePath().normalize();
      places.add(
          new Place(
              directory,
              directory.getFileSystem().getPathMatcher("glob:" + pattern.glob()),
              directory.getFileSystem().getPathMatcher("glob:" + pattern.rotated())));
    }
  }

  /** The files that are there by their keys: those to tail, and rotated ones. */
  Map<String, Spot> look() throws IOException {
    Map<String, Spot> found = new HashMap<>();
    for (Place place : places) {
      for (Path path : list(place.directory)) {
        boolean isLive = place.live.matches(path.getFileName());
        if (isLive || (place.rotated.matches(path.getFileName()) && !isCompressed(path))) {
          add(path, isLive, found);
        }
      }
    }
    return found;
  }

  /** All files of a directory, whatever their names. */
  Map<String, Spot> lookAtAll(Path directory) throws IOException {
    Map<String, Spot> found = new HashMap<>();
    for (Path path : list(directory)) {
      add(path, false, found);
    }
    return found;
  }

  private static List<Path> list(Path directory) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(paths::add);
    } catch (NoSuchFileException notYet) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return paths;
  }

  private void add(Path path, boolean isLive, Map<String, Spot> found) throws IOException {
    try {
      Path resolved = root.resolve(path);
      BasicFileAttributes attributes = Files.readAttributes(resolved, BasicFileAttributes.class);
      if (attributes.isRegularFile()) {
        Spot spot = Spot.of(path, attributes, isLive);
        // A link and its target are one file: the name to tail is the one that counts.
        found.merge(spot.key(), spot, (one, other) -> one.isLive() ? one : other);
      }
    } catch (NoSuchFileException | OutsideRootException leftAlone) {
      // Renamed or deleted meanwhile, or not ours.
    }
  }

  private static boolean isCompressed(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    return COMPRESSED.stream().anyMatch(name::endsWith);
  }
}
