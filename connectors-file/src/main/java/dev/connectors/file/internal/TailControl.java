package dev.connectors.file.internal;

import dev.connectors.core.Health;
import dev.connectors.core.internal.SourceControl;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** The control of a tail. */
final class TailControl extends SourceControl {
  private final TailLoop loop;

  TailControl(TailLoop loop) {
    this.loop = loop;
  }

  @Override
  protected void requestStop() {
    loop.stop();
  }

  @Override
  protected void streamEnded() {
    loop.streamEnded();
  }

  @Override
  public CompletionStage<Done> isShutdown() {
    return loop.whenShutdown();
  }

  @Override
  public Health health() {
    return loop.health();
  }
}
