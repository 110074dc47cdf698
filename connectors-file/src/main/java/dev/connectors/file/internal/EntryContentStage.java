package dev.connectors.file.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Emits the content of an entry, and has the next chunks read while it does. */
final class EntryContentStage extends GraphStage<SourceShape<ByteString>> {
  /** When so few chunks are left, the next are read. */
  private static final int LOW = ReadSession.CHUNKS / 2;

  private final ReadEntry entry;
  private final Outlet<ByteString> out = Outlet.create("ArchiveEntry.content.out");
  private final SourceShape<ByteString> shape = SourceShape.of(out);

  EntryContentStage(ReadEntry entry) {
    this.entry = entry;
  }

  @Override
  public SourceShape<ByteString> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("ArchiveEntry.content");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final ReadSession.Feed feed = entry.feed();
    private final Queue<ByteString> chunks = new ArrayDeque<>();
    private final AsyncCallback<ReadSession.Chunks> read = createAsyncCallback(this::take);
    private boolean requested;
    private boolean isLast;
    private @Nullable Throwable failure;

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              advance();
            }
          });
    }

    private void take(ReadSession.Chunks batch) {
      requested = false;
      chunks.addAll(batch.chunks());
      isLast = batch.isLast();
      failure = batch.failure();
      advance();
    }

    private void advance() {
      if (isAvailable(out) && !chunks.isEmpty()) {
        push(out, chunks.remove());
      }
      if (chunks.isEmpty() && failure != null) {
        failStage(failure);
      } else if (chunks.isEmpty() && isLast) {
        completeStage();
      } else if (chunks.size() <= LOW && !requested && !isLast && failure == null) {
        requested = true;
        feed.request(read::invoke);
      }
    }

    @Override
    public void postStop() {
      feed.end();
    }
  }
}
