package dev.connectors.benchmarks.sidebyside;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The results file: an entry per case, of which a run replaces only its own. */
final class Results {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path file;

  Results(Path file) {
    this.file = file;
  }

  /** In the order of {@code names}; results of cases that are not named are left out. */
  List<CaseResult> read(List<String> names) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<CaseResult> known = new ArrayList<>();
    for (CaseResult result : JSON.readValue(file.toFile(), CaseResult[].class)) {
      if (names.contains(result.name())) {
        known.add(result);
      }
    }
    known.sort((a, b) -> Integer.compare(names.indexOf(a.name()), names.indexOf(b.name())));
    return known;
  }

  /** Replaces the entry of the case, or adds one. Returns all, in the order of {@code names}. */
  List<CaseResult> put(CaseResult result, List<String> names) throws IOException {
    List<CaseResult> all = new ArrayList<>(read(names));
    all.removeIf(other -> other.name().equals(result.name()));
    all.add(result);
    all.sort((a, b) -> Integer.compare(names.indexOf(a.name()), names.indexOf(b.name())));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(draft, JSON.writeValueAsString(all) + "\n");
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    return List.copyOf(all);
  }
}
