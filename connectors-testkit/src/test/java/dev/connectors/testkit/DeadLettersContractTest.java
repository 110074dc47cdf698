package dev.connectors.testkit;

import dev.connectors.core.DeadLetter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Flow;
import org.jspecify.annotations.Nullable;

/** The contract of dead letters, on a list. */
class DeadLettersContractTest extends DeadLetterContract<String> {
  private record Stored(Map<String, String> headers, String payload) {}

  private final List<Stored> stored = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<Done> gate = new CompletableFuture<>();
  private volatile @Nullable RuntimeException failure;

  @Override
  protected void fresh() {
    stored.clear();
    resume();
  }

  @Override
  protected Flow<DeadLetter<String>, ?, ?> writer(ActorSystem system) {
    return Flow.<DeadLetter<String>>create()
        .mapAsync(
            4,
            letter -> {
              RuntimeException now = failure;
              if (now != null) {
                throw now;
              }
              return gate.thenApply(
                  open -> stored.add(new Stored(letter.headers(), letter.payload())));
            });
  }

  @Override
  protected String element(int number) {
    return "element " + number;
  }

  @Override
  protected int number(String payload) {
    return Integer.parseInt(payload.substring("element ".length()));
  }

  @Override
  protected List<DeadLetter<String>> written() {
    return stored.stream().map(one -> DeadLetter.of(one.headers(), one.payload())).toList();
  }

  @Override
  protected void stall() {
    gate = new CompletableFuture<>();
  }

  @Override
  protected void resume() {
    failure = null;
    gate.complete(Done.getInstance());
  }

  @Override
  protected boolean fail(RuntimeException cause) {
    failure = cause;
    return true;
  }
}
