package dev.connectors.docs.quickstart;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the quickstart. Errors are one line on standard error. */
@Command(
    name = "quickstart",
    description = {
      "Publishes JSON lines or CSV to a Kafka topic, indexes the topic in Elasticsearch and searches it.",
      "",
      "Without options it starts a Kafka and an Elasticsearch of its own, which it takes from Maven "
          + "Central and stops at the end, and publishes the named characters of Unicode.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 all was indexed, 1 something failed, 2 a wrong option, 130 interrupted.",
      "With Maven: mvn -Pquickstart -Dargs=\"--input my.jsonl\""
    })
public final class Quickstart implements java.util.concurrent.Callable<Integer> {
  private static final String PORT = "(\\d{1,5})";
  private static final Pattern BROKERS =
      Pattern.compile("[^\\s,:/]+:" + PORT + "(,[^\\s,:/]+:" + PORT + ")*");
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final Pattern INDEX = Pattern.compile("[a-z0-9][a-z0-9._-]{0,200}");

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description =
          "Your own broker; several separated by commas. Default: a local one is started.")
  private @Nullable String kafka;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description =
          "The topic. With --kafka and without --input, an existing one that is read up to its end "
              + "and not written to. Default: unicode, or quickstart with --input.")
  private @Nullable String topic;

  @Option(
      names = "--elasticsearch",
      paramLabel = "URL",
      description =
          "Your own cluster, http or https; may hold user:password@. Default: a local one is started.")
  private @Nullable URI elasticsearch;

  @Option(
      names = "--index",
      paramLabel = "NAME",
      description = "The index. Default: the name of the topic in lower case.")
  private @Nullable String index;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description =
          "What to publish: a JSON object per line, - for standard input; or a .csv or .tsv file with a "
              + "header, whose rows become JSON objects. Nothing is published of a file that has a "
              + "line which is none. Default: the named characters of Unicode.")
  private @Nullable String input;

  @Option(
      names = "--search",
      paramLabel = "WORDS",
      description =
          "What to search for at the end, may be repeated. Default: depends on the input.")
  private @Nullable List<String> searches;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description =
          "The consumer group. A group that has read a topic goes on where it committed; another "
              + "name reads it anew. Default: quickstart-TOPIC-INDEX.")
  private @Nullable String group;

  @Spec private @Nullable CommandSpec spec;

  /** Runs, and exits with the code that {@code --help} tells. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs and returns the exit code. */
  static int run(String... args) {
    Logging.quiet();
    return new CommandLine(new Quickstart())
        .registerConverter(URI.class, new UrlConverter())
        .setParameterExceptionHandler(
            (failure, ignored) -> {
              complain(
                  UserErrors.line(String.valueOf(failure.getMessage())) + " (--help explains)");
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (failure, command, result) -> {
              complain(UserErrors.firstLine(failure));
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(args);
  }

  private static void complain(String line) {
    System.err.println("quickstart: " + line);
  }

  @Override
  public Integer call() {
    Console console = Console.standard();
    return new Job(console, Interruption.install(console), plan()).run();
  }

  private Job.Plan plan() {
    require("--kafka", kafka, BROKERS, "host:port");
    require("--topic", topic, TOPIC, "letters, digits and ._-");
    require("--index", index, INDEX, "lower-case letters, digits and ._-");
    if (topic != null && input == null && kafka == null) {
      throw wrong("--topic without --input reads an existing topic: --kafka must say where");
    }
    Input publish = topic != null && input == null ? Input.none() : publish();
    String to = topic != null ? topic : input != null ? "quickstart" : "unicode";
    String into = index != null ? index : to.toLowerCase(Locale.ROOT);
    return new Job.Plan(
        kafka,
        elasticsearch,
        to,
        into,
        group != null ? group : "quickstart-" + to + "-" + into,
        publish,
        searches != null ? searches : publish.searches());
  }

  private Input publish() {
    if (input == null) {
      return Input.unicode();
    }
    return input.equals("-") ? Input.standard(System.in) : Input.file(Path.of(input));
  }

  private void require(String option, @Nullable String value, Pattern pattern, String allowed) {
    if (value != null && !pattern.matcher(value).matches()) {
      throw wrong(option + " is '" + value + "', allowed is " + allowed);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }

  /** Does not repeat the value, which may hold a password. */
  private static final class UrlConverter implements ITypeConverter<URI> {
    @Override
    public URI convert(String value) {
      try {
        URI uri = new URI(value);
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (http && uri.getHost() != null) {
          return uri;
        }
      } catch (java.net.URISyntaxException e) {
        // Told below.
      }
      throw new CommandLine.TypeConversionException(
          "a URL such as http://localhost:9200 is expected");
    }
  }
}
