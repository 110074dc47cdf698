package dev.connectors.file.internal;

import dev.connectors.file.FileReadSettings;
import dev.connectors.file.LineTooLongException;
import java.nio.file.Path;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Chunks to lines; what is worth knowing is in {@link LineSplitter}. */
public final class LinesStage extends GraphStage<FlowShape<ByteString, String>> {
  private final Path path;
  private final @Nullable FileReadSettings given;
  private final Inlet<ByteString> in = Inlet.create("Lines.in");
  private final Outlet<String> out = Outlet.create("Lines.out");
  private final FlowShape<ByteString, String> shape = FlowShape.of(in, out);

  /**
   * @param path for messages
   * @param given null for those of the system that runs the stream
   */
  public LinesStage(Path path, @Nullable FileReadSettings given) {
    this.path = path;
    this.given = given;
  }

  @Override
  public FlowShape<ByteString, String> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    @SuppressWarnings("NullAway.Init") // by preStart
    private LineSplitter splitter;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              byte[] chunk = grab(in).toArrayUnsafe();
              splitter.feed(chunk, 0, chunk.length);
              emit();
            }

            @Override
            public void onPull() {
              emit();
            }

            @Override
            public void onUpstreamFinish() {
              emit();
            }
          });
    }

    @Override
    public void preStart() {
      FileReadSettings settings =
          given != null ? given : FileReadSettings.create(materializer().system());
      splitter =
          new LineSplitter(
              path,
              0,
              Values.ofLines(settings.charset()),
              settings.maxLine(),
              settings.onLongLine());
    }

    private void emit() {
      if (!isAvailable(out)) {
        return;
      }
      try {
        String line = splitter.next();
        boolean isOver = line == null && isClosed(in);
        if (isOver) {
          line = splitter.last();
        }
        if (line != null) {
          push(out, line);
        } else if (!isOver) {
          pull(in);
          return;
        }
        if (isOver) {
          completeStage();
        }
      } catch (LineTooLongException e) {
        failStage(e);
      }
    }
  }
}
