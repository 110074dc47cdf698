package dev.connectors.benchmarks.sidebyside;

import dev.connectors.benchmarks.sidebyside.cases.Cases;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the side-by-side benchmarks. Errors are one line on standard error. */
@Command(
    name = "benchmarks",
    description = {
      "Lets the raw client, the connectors and pekko-connectors do the same work in turn.",
      "",
      "Starts the servers that a case needs, which it takes from Maven Central, and stops them at "
          + "the end. Writes results.json, the guide's tables and the charts.",
      ""
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 measured (a contender that did not finish is a result), 1 something failed or "
          + "did wrong, 2 a wrong option.",
      "With Maven: mvn -Pbenchmarks -Dcase=kafka-consume -Dargs=\"--rounds 3\""
    })
public final class Benchmarks implements Callable<Integer> {
  private static final String LIST = "list";
  private static final String ALL = "all";

  /** The folder of this module, from the build. */
  private static final String BASEDIR = "connectors.benchmarks.basedir";

  @Parameters(
      paramLabel = "CASE",
      description = "Cases by name; all for all of them; list, the default, lists them.")
  private @Nullable List<String> names;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measured rounds of each contender. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "2",
      description = "Rounds of each contender before those. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(
      names = "--records",
      paramLabel = "N",
      description = "Records per round. Default: what the workload says, for some seconds.")
  private @Nullable Long records;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "A round that takes longer did not finish, and its contender has no further rounds in the "
              + "workload. Default: ${DEFAULT-VALUE}.")
  private int timeout;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where the results go. Default: docs/src/docs/asciidoc/benchmarks.")
  private @Nullable Path out;

  @Option(
      names = "--profile",
      description =
          "Makes a flight recording of each measured round, in target/profiles. Slows it down.")
  private boolean profile;

  @Spec private @Nullable CommandSpec spec;

  /** Runs, and exits with the code that {@code --help} tells. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new Benchmarks(args))
        .setParameterExceptionHandler(
            (failure, ignored) -> {
              complain(failure.getMessage() + " (--help explains)");
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (failure, command, result) -> {
              complain(String.valueOf(failure));
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(args);
  }

  private final String[] args;

  private Benchmarks(String[] args) {
    this.args = args.clone();
  }

  private static void complain(@Nullable String line) {
    System.err.println("benchmarks: " + String.valueOf(line).lines().findFirst().orElse(""));
  }

  @Override
  public Integer call() throws Exception {
    Set<String> asked = new LinkedHashSet<>(names == null ? List.of(LIST) : names);
    if (asked.contains(LIST)) {
      list();
      return CommandLine.ExitCode.OK;
    }
    List<Case> cases = chosen(asked);
    Options options = options();
    if (!Fork.isForked()) {
      return Fork.run(Benchmarks.class, args);
    }
    Fork.endWithParent();
    return measure(cases, options, System.out)
        ? CommandLine.ExitCode.OK
        : CommandLine.ExitCode.SOFTWARE;
  }

  private static boolean measure(List<Case> cases, Options options, PrintStream out)
      throws Exception {
    Output output = new Output(options.out(), Cases.all().stream().map(Case::name).toList());
    try (Servers servers = new Servers(out::println)) {
      return new Runner(options, servers, output, out).run(cases);
    }
  }

  private static void list() {
    for (Case one : Cases.all()) {
      System.out.printf(Locale.ROOT, "%-22s %s%n", one.name(), one.about());
    }
  }

  private List<Case> chosen(Set<String> asked) {
    List<Case> all = Cases.all();
    if (asked.contains(ALL)) {
      return all;
    }
    List<Case> chosen = new ArrayList<>();
    for (String name : asked) {
      chosen.add(
          all.stream()
              .filter(one -> one.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      wrong(
                          "there is no case '%s', only %s"
                              .formatted(
                                  name,
                                  String.join(", ", all.stream().map(Case::name).toList())))));
    }
    return chosen;
  }

  private Options options() {
    atLeast("--rounds", rounds, 1);
    atLeast("--warmup", warmup, 0);
    atLeast("--timeout", timeout, 1);
    atLeast("--records", records == null ? 1000 : records, 1000);
    Path module = Path.of(System.getProperty(BASEDIR, ".")).toAbsolutePath().normalize();
    return new Options(
        rounds,
        warmup,
        records,
        Duration.ofSeconds(timeout),
        out == null
            ? module.resolveSibling("docs").resolve("src/docs/asciidoc/benchmarks")
            : out.toAbsolutePath(),
        profile ? module.resolve("target/profiles") : null);
  }

  private void atLeast(String option, long value, long least) {
    if (value < least) {
      throw wrong(option + " is " + value + ", allowed is at least " + least);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
