package dev.connectors.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what is compiled, and what it links to is there. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern TAGGED =
      Pattern.compile("// tag::pipeline\\[\\]\n(.*?)// end::pipeline\\[\\]", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^):]+?)(#[^)]*)?\\)");

  @Test
  void readme_pipeline_isTheCompiledClass() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/dev/connectors/docs/KafkaToElasticsearch.java"));

    assertThat(first(JAVA, readme())).isEqualTo(first(TAGGED, source));
  }

  @Test
  void readme_links_leadToFiles() throws IOException {
    Matcher link = LINK.matcher(readme());
    int links = 0;
    while (link.find()) {
      assertThat(ROOT.resolve(link.group(1))).exists();
      links++;
    }
    assertThat(links).isPositive();
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s is found", pattern).isTrue();
    return matcher.group(1);
  }
}
