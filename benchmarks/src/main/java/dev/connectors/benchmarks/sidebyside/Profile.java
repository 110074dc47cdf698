package dev.connectors.benchmarks.sidebyside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** Flight recordings of rounds, and where their time went in a few lines. */
final class Profile {
  private static final int SHOWN = 30;

  private final Path folder;
  private final Map<String, Samples> all = new HashMap<>();

  Profile(Path folder) {
    this.folder = folder;
  }

  /** Records until {@link Recording#stop}. */
  Recording start() throws IOException {
    try {
      Recording recording = new Recording(Configuration.getConfiguration("profile"));
      recording.start();
      return recording;
    } catch (ParseException e) {
      throw new IOException(e);
    }
  }

  /**
   * Ends the recording and keeps it.
   *
   * @param name of workload and contender, whose rounds are summed up in one text
   */
  void keep(Recording recording, String name, int round) throws IOException {
    Files.createDirectories(folder);
    String file = name.replaceAll("[^A-Za-z0-9]+", "-");
    Path jfr = folder.resolve(file + "-" + round + ".jfr");
    recording.stop();
    recording.dump(jfr);
    recording.close();
    Samples samples = all.computeIfAbsent(name, n -> new Samples());
    samples.add(jfr);
    Files.writeString(folder.resolve(file + ".txt"), name + "\n" + samples);
  }

  /** Where threads were seen at work. */
  private static final class Samples {
    private final Map<String, Integer> threads = new HashMap<>();
    private final Map<String, Integer> tops = new HashMap<>();
    private final Map<String, Integer> anywhere = new HashMap<>();
    private int count;

    void add(Path jfr) throws IOException {
      try (RecordingFile file = new RecordingFile(jfr)) {
        while (file.hasMoreEvents()) {
          RecordedEvent event = file.readEvent();
          if (event.getEventType().getName().equals("jdk.ExecutionSample")
              && event.getStackTrace() != null) {
            add(event);
          }
        }
      }
    }

    private void add(RecordedEvent event) {
      count++;
      RecordedThread thread = event.getThread("sampledThread");
      // Rounds have threads of their own: producer-8, dispatcher-49.
      count(
          threads,
          thread == null ? "?" : String.valueOf(thread.getJavaName()).replaceAll("[0-9]+", "N"));
      List<RecordedFrame> frames = event.getStackTrace().getFrames();
      if (!frames.isEmpty()) {
        count(tops, method(frames.get(0)));
      }
      frames.stream().map(Samples::method).distinct().forEach(method -> count(anywhere, method));
    }

    @Override
    public String toString() {
      return section("Threads", threads)
          + section("Methods at work", tops)
          + section("Methods on the stack", anywhere);
    }

    private static String method(RecordedFrame frame) {
      return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    private static void count(Map<String, Integer> counts, String key) {
      counts.merge(key, 1, Integer::sum);
    }

    private String section(String title, Map<String, Integer> counts) {
      StringBuilder text = new StringBuilder("\n" + title + " (of " + count + " samples)\n");
      counts.entrySet().stream()
          .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
          .limit(SHOWN)
          .forEach(
              entry ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "%6.1f %%  %s%n",
                          100.0 * entry.getValue() / count,
                          entry.getKey())));
      return text.toString();
    }
  }
}
