package dev.connectors.file.internal;

import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.ArchiveReadSettings;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import java.util.Optional;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Emits the entries of a tar; the content of one flows as long as the next is not asked for. */
public final class TarReadStage extends GraphStage<FlowShape<ByteString, ArchiveEntry>> {
  private final ArchiveReadSettings settings;
  private final Inlet<ByteString> in = Inlet.create("ArchiveFlow.readTar.in");
  private final Outlet<ArchiveEntry> out = Outlet.create("ArchiveFlow.readTar.out");
  private final FlowShape<ByteString, ArchiveEntry> shape = FlowShape.of(in, out);

  public TarReadStage(ArchiveReadSettings settings) {
    this.settings = settings;
  }

  @Override
  public FlowShape<ByteString, ArchiveEntry> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("ArchiveFlow.readTar");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private static final String UNREAD = "unread";

    private final TarParser parser = new TarParser();
    private final ArchiveGuard guard = new ArchiveGuard(settings, 0);
    private final AsyncCallback<Content> decide = createAsyncCallback(this::decide);
    private @Nullable Content current;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              ByteString bytes = grab(in);
              if (!parser.isAtEnd()) {
                parser.feed(bytes);
              }
              advance();
            }

            @Override
            public void onUpstreamFinish() {
              advance();
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
              fail(cause);
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              if (current != null) {
                decide.invoke(current); // when the entry has arrived downstream
              } else {
                advance();
              }
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
              if (current == null) {
                cancelStage(cause);
                return;
              }
              setKeepGoing(true); // upstream may have ended, too
              if (!current.isRead) {
                scheduleOnce(
                    UNREAD,
                    Timeouts.unread(materializer())); // whoever takes one cancels before it is run
              }
            }
          });
    }

    private void decide(Content pulled) {
      if (current == pulled) {
        pulled.passUnlessAsked();
        advance();
      }
    }

    @Override
    public void onTimer(Object key) {
      if (current != null && !current.isRead) {
        current.pass();
        if (isClosed(out)) {
          completeStage();
        } else {
          advance();
        }
      }
    }

    private void advance() {
      try {
        Content content = current;
        if (content != null) {
          content.advance();
        } else if (parser.isAtEnd()) {
          drain();
        } else if (isAvailable(out)) {
          nextEntry();
        }
      } catch (ArchiveException e) {
        fail(e);
      }
    }

    private void nextEntry() throws ArchiveException {
      EntryHeader header = parser.next();
      while (header != null && !guard.admits(header)) {
        header = parser.next();
      }
      if (header != null) {
        push(out, entry(header));
      } else if (parser.isAtEnd()) {
        drain();
      } else if (isClosed(in)) {
        parser.end();
      } else {
        pullOnce();
      }
    }

    private ArchiveEntry entry(EntryHeader header) {
      if (header.type() != EntryType.FILE || !parser.hasContent()) {
        return new GivenEntry(header, Source.empty(), Optional.of(ByteString.emptyByteString()));
      }
      Content content = new Content(header);
      current = content;
      return new TarEntry(header, Source.fromGraph(content.outlet.source()), content::asked);
    }

    /** What follows the end is read: upstream may find there that it was damaged. */
    private void drain() {
      if (isClosed(in)) {
        completeStage();
      } else {
        pullOnce();
      }
    }

    private void pullOnce() {
      if (!hasBeenPulled(in)) {
        pull(in);
      }
    }

    private void fail(Throwable cause) {
      if (current != null) {
        current.outlet.fail(cause);
      }
      failStage(cause);
    }

    /** The content of the current entry. */
    private final class Content {
      private final EntryHeader header;
      private ArchiveGuard.@Nullable Meter meter;
      private final SubSourceOutlet<ByteString> outlet;
      private boolean isRead;
      private volatile boolean isAsked;

      Content(EntryHeader header) {
        this.header = header;
        outlet = new SubSourceOutlet<>("ArchiveEntry.content");
        outlet.setHandler(
            new AbstractOutHandler() {
              @Override
              public void onPull() {
                isRead = true;
                Logic.this.advance();
              }

              @Override
              public void onDownstreamFinish(Throwable cause) {
                end();
              }
            });
      }

      void advance() throws ArchiveException {
        if (!outlet.isAvailable()) {
          return;
        }
        ArchiveGuard.Meter counting = meter;
        if (counting == null) {
          counting = guard.meter(header, 0); // only what is read may be too large
          meter = counting;
        }
        ByteString bytes = parser.content(settings.chunkSize());
        if (bytes != null) {
          counting.add(bytes.size());
          outlet.push(bytes);
          if (!parser.hasContent()) {
            outlet.complete();
            end();
          }
        } else if (isClosed(in)) {
          throw new ArchiveException(
              Reason.TRUNCATED, header.name(), "the tar ends within the content", null);
        } else {
          pullOnce();
        }
      }

      void asked() {
        isAsked = true;
      }

      /**
       * The next entry is asked for, by somebody who read this one or doesn't want to, or by an
       * operator such as filter, which does so as soon as it has handed this one on.
       */
      void passUnlessAsked() {
        if (!isAsked) {
          pass();
        } else if (!isRead) {
          scheduleOnce(UNREAD, Timeouts.unread(materializer()));
        }
      }

      void pass() {
        current = null;
        cancelTimer(UNREAD);
        outlet.fail(
            new ArchiveException(
                Reason.PASSED,
                header.name(),
                "the next entry was asked for before this content was: ask for it where its entry"
                    + " arrives, with no buffer in between, and run it",
                null));
      }

      private void end() {
        current = null;
        cancelTimer(UNREAD);
        if (isClosed(out)) {
          completeStage();
        } else {
          Logic.this.advance();
        }
      }
    }
  }
}
