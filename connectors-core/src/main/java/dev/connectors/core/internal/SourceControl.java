package dev.connectors.core.internal;

import dev.connectors.core.Control;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** What the controls of all sources share. */
public abstract class SourceControl implements Control {
  private final CompletableFuture<Done> stopped = new CompletableFuture<>();

  /** Ends reading and emitting, without waiting for it. */
  protected abstract void requestStop();

  /** The stream has come to its end: elements that are not settled now never will be. */
  protected abstract void streamEnded();

  /** The source emits no more. */
  public final void stopped() {
    stopped.complete(Done.getInstance());
  }

  @Override
  public final CompletionStage<Done> stop() {
    requestStop();
    return stopped.minimalCompletionStage();
  }

  @Override
  public final CompletionStage<Done> shutdown() {
    requestStop();
    return isShutdown();
  }

  @Override
  public final <T> CompletionStage<T> drainAndShutdown(CompletionStage<T> streamCompletion) {
    requestStop();
    streamCompletion.whenComplete((value, cause) -> streamEnded());
    return isShutdown().thenCompose(done -> streamCompletion);
  }
}
