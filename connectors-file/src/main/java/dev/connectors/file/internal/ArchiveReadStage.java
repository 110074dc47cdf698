package dev.connectors.file.internal;

import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.ArchiveReadSettings;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.jspecify.annotations.Nullable;

/**
 * Emits the entries of an archive that is a file. It runs with its downstream, so that it is known
 * which contents are asked for before the next entry; the file is read on the module's dispatcher.
 */
public final class ArchiveReadStage extends GraphStage<SourceShape<ArchiveEntry>> {
  private final ArchiveReader.Format format;
  private final boolean isRandomAccess;
  private final Path path;
  private final @Nullable ArchiveReadSettings given;
  private final Outlet<ArchiveEntry> out = Outlet.create("ArchiveSource.out");
  private final SourceShape<ArchiveEntry> shape = SourceShape.of(out);

  /**
   * @param isRandomAccess whether entries may be read before those in front of them are done with
   */
  private ArchiveReadStage(
      ArchiveReader.Format format,
      boolean isRandomAccess,
      Path path,
      @Nullable ArchiveReadSettings given) {
    this.format = format;
    this.isRandomAccess = isRandomAccess;
    this.path = path;
    this.given = given;
  }

  /**
   * The entries of a zip.
   *
   * @param given null for those of the system that runs the stream
   */
  public static ArchiveReadStage zip(Path path, @Nullable ArchiveReadSettings given) {
    return new ArchiveReadStage(ZipReader::new, true, path, given);
  }

  /**
   * The entries of a 7z.
   *
   * @param given null for those of the system that runs the stream
   */
  public static ArchiveReadStage sevenZ(Path path, @Nullable ArchiveReadSettings given) {
    return new ArchiveReadStage(SevenZReader::new, false, path, given);
  }

  @Override
  public SourceShape<ArchiveEntry> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("ArchiveSource");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private static final String UNREAD = "unread";

    private final Queue<ArchiveEntry> entries = new ArrayDeque<>();
    private final AsyncCallback<ReadSession> request = createAsyncCallback(this::request);
    private @Nullable ReadSession session;
    private @Nullable AsyncCallback<ReadSession.Batch> read;
    private boolean requested;
    private int pushed; // since the last request
    private int low = -1; // when so few entries are left, the next are requested
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

    @Override
    public void preStart() {
      read = createAsyncCallback(this::take);
      session =
          new ReadSession(
              format,
              path,
              given != null ? given : ArchiveReadSettings.create(materializer().system()),
              materializer().system().dispatchers().lookup(FileDispatcher.ID));
    }

    private void take(ReadSession.Batch batch) {
      requested = false;
      cancelTimer(UNREAD);
      entries.addAll(batch.entries());
      low = isRandomAccess ? batch.entries().size() / 2 : -1;
      isLast = batch.isLast();
      failure = batch.failure();
      advance();
    }

    private void advance() {
      if (!isAvailable(out)) {
        return;
      }
      if (!entries.isEmpty()) {
        push(out, entries.remove());
        pushed++;
        if (entries.size() <= low) {
          requestNext();
        }
      } else if (failure != null) {
        failStage(failure);
      } else if (isLast) {
        completeStage();
      } else {
        requestNext();
      }
    }

    private void requestNext() {
      ReadSession open = session;
      if (open == null || requested || isLast || failure != null) {
        return;
      }
      requested = true;
      request.invoke(open); // when the entry before has arrived downstream
      if (!isRandomAccess) {
        scheduleOnce(UNREAD, Timeouts.unread(materializer()));
      }
    }

    private void request(ReadSession open) {
      if (read != null) {
        open.requestBatch(pushed, read::invoke);
        pushed = 0;
      }
    }

    @Override
    public void onTimer(Object key) {
      if (session != null) {
        session.passUnread();
      }
    }

    @Override
    public void postStop() {
      if (session != null) {
        session.end();
      }
    }
  }
}
