package dev.connectors.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the guide refers to is there. Missing includes and tags fail its conversion. */
class GuideTest {
  private static final Path ROOT = Path.of("..");
  private static final Path GUIDE = Path.of("src/docs/asciidoc");
  private static final Pattern XREF = Pattern.compile("xref:([^\\[#]+)");
  private static final Pattern TEST_CLASS = Pattern.compile("`([A-Z]\\w+(?:Test|IT))`");
  private static final Pattern TEST_METHOD = Pattern.compile("`([a-z]\\w*_\\w*)…`");
  private static final Pattern STRESS_TEST = Pattern.compile("jcstress ((?:`[A-Z]\\w+`(?:, )?)+)");

  @Test
  void guide_crossReferences_leadToPages() {
    Map<Path, String> pages = pages();
    assertThat(pages).hasSizeGreaterThan(7);
    pages.forEach(
        (page, text) -> {
          for (String target : all(XREF, text)) {
            assertThat(page.resolveSibling(target)).as("from %s", page).exists();
          }
        });
  }

  @Test
  void guide_testsThatItNames_exist() {
    Map<String, String> tests = testSources();
    String code = String.join("\n", tests.values());
    String text = String.join("\n", pages().values());

    assertThat(tests.keySet()).containsAll(all(TEST_CLASS, text));
    for (String method : all(TEST_METHOD, text)) {
      assertThat(code).contains("void " + method);
    }
    Set<String> stress =
        all(STRESS_TEST, text).stream()
            .flatMap(list -> Stream.of(list.replace("`", "").split(", *")))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(tests.keySet()).containsAll(stress);
  }

  private static Map<Path, String> pages() {
    return read(GUIDE, ".adoc");
  }

  /** The simple names of all classes of tests, with their sources. */
  private static Map<String, String> testSources() {
    Map<String, String> sources = new TreeMap<>();
    for (String folder :
        List.of(
            "connectors-core",
            "connectors-elasticsearch",
            "connectors-jms",
            "connectors-kafka",
            "connectors-testkit",
            "it",
            "docs")) {
      Path tests = ROOT.resolve(folder).resolve("src/test/java");
      if (Files.exists(tests)) {
        read(tests, ".java").forEach((file, text) -> sources.put(name(file), text));
      }
    }
    // The jcstress tests, and the contracts.
    for (String folder : List.of("benchmarks", "connectors-testkit")) {
      read(ROOT.resolve(folder).resolve("src/main/java"), ".java")
          .forEach((file, text) -> sources.put(name(file), text));
    }
    return sources;
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  private static Map<Path, String> read(Path folder, String suffix) {
    Map<Path, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(suffix)).toList()) {
        texts.put(file, Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
