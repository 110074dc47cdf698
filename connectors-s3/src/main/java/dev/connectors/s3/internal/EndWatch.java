package dev.connectors.s3.internal;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/**
 * Passes on what comes, and tells of the end of the stream, whichever it is, before who is behind
 * it learns of its completion or failure, and who is before it of its cancellation.
 */
final class EndWatch<T> extends GraphStage<FlowShape<T, T>> {
  private final Inlet<T> in = Inlet.create("EndWatch.in");
  private final Outlet<T> out = Outlet.create("EndWatch.out");
  private final FlowShape<T, T> shape = FlowShape.of(in, out);
  private final Runnable onEnd;

  EndWatch(Runnable onEnd) {
    this.onEnd = onEnd;
  }

  @Override
  public FlowShape<T, T> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              push(out, grab(in));
            }

            @Override
            public void onPull() {
              pull(in);
            }
          });
    }

    @Override
    public void postStop() {
      onEnd.run();
    }
  }
}
