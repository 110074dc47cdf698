package dev.connectors.pubsub.internal;

import dev.connectors.core.Health;
import dev.connectors.core.internal.SourceControl;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** The control of a receiver. */
final class ReceiverControl extends SourceControl {
  private final Receiver receiver;

  ReceiverControl(Receiver receiver) {
    this.receiver = receiver;
  }

  @Override
  protected void requestStop() {
    receiver.stop();
  }

  @Override
  protected void streamEnded() {
    receiver.streamEnded();
  }

  @Override
  public CompletionStage<Done> isShutdown() {
    return receiver.whenShutdown();
  }

  @Override
  public Health health() {
    return receiver.health();
  }
}
