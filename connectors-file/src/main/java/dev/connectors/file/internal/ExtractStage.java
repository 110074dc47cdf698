package dev.connectors.file.internal;

import dev.connectors.file.WrittenFile;
import java.io.IOException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Writes a {@link DraftFile}, and emits what was written. */
final class ExtractStage extends GraphStage<FlowShape<ByteString, WrittenFile>> {
  private final Beginning beginning;
  private final Inlet<ByteString> in = Inlet.create("ArchiveFlow.extract.in");
  private final Outlet<WrittenFile> out = Outlet.create("ArchiveFlow.extract.out");
  private final FlowShape<ByteString, WrittenFile> shape = FlowShape.of(in, out);

  /** Begins the file. */
  interface Beginning {
    DraftFile begin() throws IOException;
  }

  ExtractStage(Beginning beginning) {
    this.beginning = beginning;
  }

  @Override
  public FlowShape<ByteString, WrittenFile> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return FileDispatcher.named("ArchiveFlow.extract");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private @Nullable DraftFile draft;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPull() {
              if (!hasBeenPulled(in) && !isClosed(in)) {
                pull(in);
              }
            }

            @Override
            public void onPush() {
              write(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              finish();
            }
          });
    }

    @Override
    public void preStart() {
      try {
        draft = beginning.begin();
      } catch (IOException | RuntimeException e) {
        failStage(e);
      }
    }

    private void write(ByteString content) {
      DraftFile open = draft;
      if (open == null) {
        return;
      }
      try {
        open.write(content);
        pull(in);
      } catch (IOException | RuntimeException e) {
        failStage(e);
      }
    }

    private void finish() {
      DraftFile open = draft;
      if (open == null) {
        return;
      }
      try {
        WrittenFile written = open.complete();
        draft = null;
        emit(out, written, this::completeStage);
      } catch (IOException | RuntimeException e) {
        failStage(e);
      }
    }

    @Override
    public void postStop() throws IOException {
      DraftFile open = draft;
      if (open != null) {
        open.abort();
      }
    }
  }
}
