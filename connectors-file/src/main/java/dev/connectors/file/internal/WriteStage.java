package dev.connectors.file.internal;

import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.WrittenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.AbruptStageTerminationException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Writes a {@link DraftFile}, and completes it when upstream has. */
public final class WriteStage
    extends AbstractGraphStageWithMaterializedValue<
        SinkShape<ByteString>, CompletionStage<WrittenFile>> {
  private final Path path;
  private final @Nullable FileWriteSettings given;
  private final Inlet<ByteString> in = Inlet.create("FileSink.in");
  private final SinkShape<ByteString> shape = SinkShape.of(in);

  /**
   * @param given null for those of the system that runs the stream
   */
  public WriteStage(Path path, @Nullable FileWriteSettings given) {
    this.path = path;
    this.given = given;
  }

  @Override
  public SinkShape<ByteString> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return FileDispatcher.named("FileSink.bytes");
  }

  @Override
  public Pair<GraphStageLogic, CompletionStage<WrittenFile>> createLogicAndMaterializedValuePair(
      Attributes inheritedAttributes) {
    Logic logic = new Logic();
    return Pair.create(logic, logic.written.minimalCompletionStage());
  }

  private final class Logic extends GraphStageLogic {
    private final CompletableFuture<WrittenFile> written = new CompletableFuture<>();
    private @Nullable DraftFile draft;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              write(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              finish();
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
              fail(cause);
            }
          });
    }

    @Override
    public void preStart() {
      try {
        draft =
            new DraftFile(
                path, given != null ? given : FileWriteSettings.create(materializer().system()));
        pull(in);
      } catch (IOException | RuntimeException e) {
        fail(e);
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
        fail(e);
      }
    }

    private void finish() {
      DraftFile open = draft;
      if (open == null) {
        return;
      }
      try {
        WrittenFile result = open.complete();
        draft = null;
        written.complete(result);
        completeStage();
      } catch (IOException | RuntimeException e) {
        fail(e);
      }
    }

    private void fail(Throwable cause) {
      abort(cause);
      written.completeExceptionally(cause);
      failStage(cause);
    }

    private void abort(Throwable cause) {
      DraftFile open = draft;
      draft = null;
      if (open != null) {
        try {
          open.abort();
        } catch (IOException e) {
          cause.addSuppressed(e);
        }
      }
    }

    @Override
    public void postStop() {
      if (!written.isDone()) {
        AbruptStageTerminationException ended = new AbruptStageTerminationException(this);
        abort(ended);
        written.completeExceptionally(ended);
      }
    }
  }
}
