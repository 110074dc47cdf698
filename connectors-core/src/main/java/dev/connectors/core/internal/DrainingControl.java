package dev.connectors.core.internal;

import dev.connectors.core.Control;
import dev.connectors.core.Health;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** Behind {@link Control#draining}. */
public final class DrainingControl<T> implements Control.Draining<T> {
  private final Control control;
  private final CompletionStage<T> streamCompletion;

  public DrainingControl(Control control, CompletionStage<T> streamCompletion) {
    this.control = control;
    this.streamCompletion = streamCompletion;
  }

  @Override
  public CompletionStage<T> streamCompletion() {
    return streamCompletion;
  }

  @Override
  public CompletionStage<T> drainAndShutdown() {
    return control.drainAndShutdown(streamCompletion);
  }

  @Override
  public CompletionStage<Done> stop() {
    return control.stop();
  }

  @Override
  public CompletionStage<Done> shutdown() {
    return control.shutdown();
  }

  @Override
  public <U> CompletionStage<U> drainAndShutdown(CompletionStage<U> completion) {
    return control.drainAndShutdown(completion);
  }

  @Override
  public CompletionStage<Done> isShutdown() {
    return control.isShutdown();
  }

  @Override
  public Health health() {
    return control.health();
  }
}
