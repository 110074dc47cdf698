package dev.connectors.docs.quickstart;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.Control;
import dev.connectors.core.Health;
import dev.connectors.docs.KafkaToElasticsearch;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSink;
import dev.connectors.kafka.ProducerSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.jspecify.annotations.Nullable;

/** The quickstart from the first server to the last. */
final class Job {
  /** What the options say; null stands for a server of one's own. */
  record Plan(
      @Nullable String kafka,
      @Nullable URI elasticsearch,
      String topic,
      String index,
      String group,
      Input input,
      List<String> searches) {}

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(8);

  private final Console console;
  private final Interruption interruption;
  private final Plan plan;

  Job(Console console, Interruption interruption, Plan plan) {
    this.console = console;
    this.interruption = interruption;
    this.plan = plan;
  }

  /** Returns the exit code. */
  int run() {
    if (plan.kafka() != null) {
      Topic.connect(plan.kafka(), plan.topic()).close();
    }
    if (plan.elasticsearch() != null) {
      SearchIndex.connect(plan.elasticsearch(), plan.index()).close();
    }
    boolean drained;
    try (Servers servers = Servers.start(console, plan.kafka(), plan.elasticsearch());
        Topic topic = Topic.connect(servers.kafka(), plan.topic());
        SearchIndex index = SearchIndex.connect(servers.elasticsearch(), plan.index())) {
      ActorSystem system =
          ActorSystem.create(
              "quickstart",
              ConfigFactory.parseString(
                      """
                      pekko.loglevel = OFF
                      pekko.stdout-loglevel = OFF
                      pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                      """)
                  .withFallback(ConfigFactory.load()));
      try {
        drained = run(system, servers, topic, index);
      } finally {
        system.terminate();
        awaitQuietly(system.getWhenTerminated(), Duration.ofSeconds(5));
      }
    }
    if (interruption.isRaised()) {
      console.line(
          drained
              ? "Interrupted: what was in flight is indexed and committed."
              : "Interrupted: not all in flight was indexed within %d s, the next run reads it again.",
          DRAIN_LIMIT.toSeconds());
      return interruption.exitCode();
    }
    boolean started = plan.kafka() == null || plan.elasticsearch() == null;
    console.line(started ? "Done, what was started is stopped." : "Done.");
    return 0;
  }

  /** Returns whether all that was read is indexed and committed. */
  private boolean run(ActorSystem system, Servers servers, Topic topic, SearchIndex index) {
    if (!plan.input().isEmpty()) {
      topic.create();
      publish(system, servers.kafka());
    }
    boolean drained = pipeline(system, servers.kafka(), topic, index);
    if (!interruption.isRaised()) {
      index.refresh();
      search(index);
      compare(topic, index, servers);
    }
    return drained;
  }

  private void publish(ActorSystem system, String kafka) {
    console.line("Publishing %s to topic %s", plan.input().description(), plan.topic());
    try (Progress progress = new Progress(console, "published", plan.input().count())) {
      ProducerSettings<byte[], byte[]> producer =
          ProducerSettings.create(system, new ByteArraySerializer(), new ByteArraySerializer())
              .withBootstrapServers(kafka)
              .withProperty("linger.ms", 20)
              .withObserver(progress);
      CompletableFuture<Done> published =
          plan.input()
              .records()
              .get()
              .map(json -> new ProducerRecord<byte[], byte[]>(plan.topic(), json))
              .runWith(KafkaSink.plain(producer), system)
              .toCompletableFuture();
      while (!isDone(published, LOOK)) {
        progress.show("");
      }
    }
  }

  private boolean pipeline(ActorSystem system, String kafka, Topic topic, SearchIndex index) {
    Map<TopicPartition, Long> ends = topic.ends();
    long toRead = behind(topic, ends);
    console.line("Indexing topic %s into index %s", plan.topic(), plan.index());
    if (toRead == 0) {
      console.line(
          "  group %s has read all of it before (--group NAME reads it anew)", plan.group());
      return true;
    }
    try (Progress progress = new Progress(console, "indexed", toRead)) {
      interruption.pipelineRuns();
      Control.Draining<Done> pipeline =
          KafkaToElasticsearch.run(
              system,
              ConsumerSettings.create(
                      system, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                  .withBootstrapServers(kafka)
                  .withGroupId(plan.group())
                  .withProperty("auto.offset.reset", "earliest"),
              plan.topic(),
              index.asyncClient(),
              BulkSettings.create(system).withObserver(progress),
              plan.index());
      awaitEnd(pipeline, topic, ends, toRead, progress);
      return drain(pipeline);
    } finally {
      interruption.pipelineEnded();
    }
  }

  /** Returns when all is committed up to {@code ends}, or the user has had enough. */
  private void awaitEnd(
      Control.Draining<Done> pipeline,
      Topic topic,
      Map<TopicPartition, Long> ends,
      long toRead,
      Progress progress) {
    CompletableFuture<Done> stream = pipeline.streamCompletion().toCompletableFuture();
    End end = new End(toRead);
    while (!interruption.isRaised() && !isDone(stream, LOOK)) {
      Health health = pipeline.health();
      progress.show(
          String.format(
              Locale.ROOT,
              "%,d in flight, lag %,d",
              health.elementsInFlight(),
              Math.max(0, health.lag())));
      if (end.isDue(health, progress.count()) && behind(topic, ends) == 0) {
        return;
      }
      if (end.isIdle()) {
        return;
      }
    }
  }

  private boolean drain(Control.Draining<Done> pipeline) {
    try {
      pipeline
          .drainAndShutdown()
          .toCompletableFuture()
          .get(DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new CompletionException(UserErrors.unwrapped(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** How many records the group has not committed yet. */
  private long behind(Topic topic, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> committed = topic.committed(plan.group());
    Map<TopicPartition, Long> beginnings = topic.beginnings();
    long behind = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      long beginning = beginnings.getOrDefault(end.getKey(), 0L);
      long position = Math.max(committed.getOrDefault(end.getKey(), beginning), beginning);
      behind += Math.max(0, end.getValue() - position);
    }
    return behind;
  }

  private void search(SearchIndex index) {
    console.line("Searching index %s", plan.index());
    for (String words : plan.searches()) {
      SearchIndex.Found found = index.search(words);
      console.line("  %s: %,d hits", words.equals("*") ? "everything" : words, found.total());
      found.first().forEach(hit -> console.line("    %s", SearchIndex.describe(hit)));
    }
  }

  private void compare(Topic topic, SearchIndex index, Servers servers) {
    Map<TopicPartition, Long> ends = topic.ends();
    long records =
        ends.values().stream().mapToLong(Long::longValue).sum()
            - topic.beginnings().values().stream().mapToLong(Long::longValue).sum();
    long committed = records - behind(topic, ends);
    long documents = index.count();
    console.line("Counts");
    console.line("  records in topic %-16s %,12d", plan.topic(), records);
    console.line("  committed by the group %-10s %,12d", "", committed);
    console.line("  documents in index %-14s %,12d", plan.index(), documents);
    if (servers.areOwn() && (records != committed || records != documents)) {
      throw new UserError("the counts differ: this is a bug, please report it");
    }
  }

  /** Waits a while for {@code future}; its failure is thrown. */
  private static boolean isDone(CompletableFuture<Done> future, Duration wait) {
    try {
      future.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new CompletionException(UserErrors.unwrapped(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }

  private static void awaitQuietly(CompletionStage<?> stage, Duration limit) {
    var unused =
        stage
            .toCompletableFuture()
            .thenApply(done -> true)
            .completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS)
            .exceptionally(failure -> false)
            .join();
  }
}
