package dev.connectors.benchmarks.sidebyside;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/** Runs cases: the contenders of each workload in turn, round after round. */
final class Runner {
  /** What a round has for closing and checking, after its time is over. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final Options options;
  private final Servers servers;
  private final Output output;
  private final PrintStream out;
  private final @Nullable Profile profile;
  private final HeapWatch heap = HeapWatch.start();

  Runner(Options options, Servers servers, Output output, PrintStream out) {
    this.options = options;
    this.servers = servers;
    this.output = output;
    this.out = out;
    Path profiles = options.profiles();
    this.profile = profiles == null ? null : new Profile(profiles);
  }

  /** Returns whether no contender failed; one that did not finish has not failed. */
  boolean run(List<Case> cases) throws Exception {
    // Contenders are known only when a workload is prepared: three is the most that there are.
    long workloads = cases.stream().mapToLong(one -> one.workloads().size()).sum();
    boolean sound = true;
    try (Progress progress = new Progress(out, workloads * turns() * 3)) {
      for (Case one : cases) {
        sound &= run(one, progress);
      }
    }
    return sound;
  }

  private int turns() {
    return options.warmup() + options.rounds();
  }

  private boolean run(Case one, Progress progress) throws Exception {
    progress.line(one.name() + ": " + one.about());
    double load = Circumstances.load();
    boolean sound = true;
    List<CaseResult.OfWorkload> results = new ArrayList<>();
    for (Workload workload : one.workloads()) {
      long records = options.records() == null ? workload.records() : options.records();
      progress.line(String.format(Locale.ROOT, "  %s, %,d records", workload.label(), records));
      List<Turns> turns = run(one, workload, records, progress);
      CaseResult.OfWorkload result =
          new CaseResult.OfWorkload(
              workload.label(),
              workload.x(),
              records,
              turns.stream().map(turn -> turn.result(turns.get(0))).toList());
      result.contenders().forEach(c -> progress.line(Report.line(one.figure(), c)));
      results.add(result);
      sound &= turns.stream().noneMatch(turn -> turn.failed);
    }
    String missing =
        output.write(
            new CaseResult(
                one.name(),
                one.about(),
                one.figure(),
                one.axis(),
                LocalDate.now(ZoneOffset.UTC).toString(),
                Circumstances.now(load, servers.versions()),
                options.described(),
                results));
    if (missing != null) {
      progress.line(missing);
    }
    return sound;
  }

  private List<Turns> run(Case one, Workload workload, long records, Progress progress)
      throws Exception {
    Map<String, Contenders.Round> contenders =
        new LinkedHashMap<>(workload.setup().prepare(servers, records).rounds());
    List<Turns> all =
        contenders.entrySet().stream()
            .map(entry -> new Turns(entry.getKey(), entry.getValue()))
            .toList();
    for (int number = 1 - options.warmup(); number <= options.rounds(); number++) {
      for (Turns turns : all) {
        if (turns.failure == null) {
          String what = "%s, %s, %s".formatted(one.name(), workload.label(), turns.name);
          take(turns, number, what, records, progress);
        }
        progress.done(1);
      }
    }
    progress.done((long) (3 - all.size()) * turns());
    return all;
  }

  private void take(Turns turns, int number, String what, long records, Progress progress)
      throws Exception {
    heap.settle();
    Meter meter = new Meter(records, options.limit(), heap);
    progress.round(what + ", " + round(number), meter);
    Recording recording = profile != null && number > 0 ? profile.start() : null;
    try {
      inTime(
          () -> {
            turns.round.run(meter);
            return meter;
          });
      Measurement measurement = meter.measurement();
      if (measurement == null) {
        throw new WrongResult("the round did not tell its end");
      }
      if (number > 0) {
        turns.measured.add(measurement);
      }
    } catch (DidNotFinish e) {
      turns.failure = "DNF: " + e.getMessage() + " in " + round(number);
      servers.discardSystem();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      turns.failure = "failed in " + round(number) + ": " + e;
      turns.failed = true;
      servers.discardSystem();
    } finally {
      if (profile != null && recording != null) {
        profile.keep(recording, what, number);
      }
    }
  }

  private static String round(int number) {
    return number > 0 ? "round " + number : "warm-up";
  }

  /** On a thread of its own, so that one that hangs can be given up. */
  private <T> void inTime(Callable<T> round) throws Exception {
    FutureTask<T> task = new FutureTask<>(round);
    Thread thread = new Thread(task, "round");
    thread.setDaemon(true);
    thread.start();
    try {
      task.get(options.limit().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new DidNotFinish("it hangs");
    }
  }

  /** The rounds of one contender. */
  private static final class Turns {
    final String name;
    final Contenders.Round round;
    final List<Measurement> measured = new ArrayList<>();
    @Nullable String failure;
    boolean failed;

    Turns(String name, Contenders.Round round) {
      this.name = name;
      this.round = round;
    }

    CaseResult.OfContender result(Turns base) {
      // A wrong result makes the rounds before it suspect, too.
      List<Measurement> rounds = failed ? List.of() : measured;
      return new CaseResult.OfContender(
          name,
          List.copyOf(rounds),
          Summary.of(rounds, base.failed ? List.of() : base.measured),
          failure);
    }
  }
}
