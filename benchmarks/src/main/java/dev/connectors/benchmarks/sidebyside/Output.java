package dev.connectors.benchmarks.sidebyside;

import java.awt.AWTError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what a case gave: the results file, its charts, and the page's include. */
final class Output {
  static final String RESULTS = "results.json";
  static final String TABLES = "_results.adoc";

  private final Path folder;
  private final List<String> names;

  /**
   * @param names of all cases, in the order in which they are shown
   */
  Output(Path folder, List<String> names) {
    this.folder = folder;
    this.names = names;
  }

  /** Writes all; returns what could not be written and why, or null. */
  @Nullable String write(CaseResult result) throws IOException {
    List<CaseResult> all = new Results(folder.resolve(RESULTS)).put(result, names);
    Files.writeString(
        folder.resolve(TABLES), Report.asciidoc(all, String.valueOf(folder.getFileName())));
    try {
      Charts.write(result, folder);
      return null;
    } catch (AWTError | InternalError | LinkageError e) { // a Java without fonts, or without AWT
      return "no charts: " + e;
    }
  }
}
