package dev.connectors.file.internal;

import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.ArchiveWriteSettings;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Runs the content of one entry after the other, and emits the archive that they make. */
public final class ArchiveWriteStage extends GraphStage<FlowShape<ArchiveEntry, ByteString>> {
  private final String name;
  private final Opening format;
  private final ArchiveWriteSettings settings;
  private final Inlet<ArchiveEntry> in = Inlet.create("ArchiveFlow.write.in");
  private final Outlet<ByteString> out = Outlet.create("ArchiveFlow.write.out");
  private final FlowShape<ArchiveEntry, ByteString> shape = FlowShape.of(in, out);

  /** Begins an archive. */
  private interface Opening {
    ArchiveWriter.Format on(OutputStream out);
  }

  private ArchiveWriteStage(String name, Opening format, ArchiveWriteSettings settings) {
    this.name = name;
    this.format = format;
    this.settings = settings;
  }

  public static ArchiveWriteStage zip(ArchiveWriteSettings settings) {
    return new ArchiveWriteStage(
        "ArchiveFlow.writeZip", out -> new ZipFormat(out, settings), settings);
  }

  public static ArchiveWriteStage tar(ArchiveWriteSettings settings) {
    return new ArchiveWriteStage("ArchiveFlow.writeTar", TarFormat::new, settings);
  }

  @Override
  public FlowShape<ArchiveEntry, ByteString> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name(name);
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final Chunks chunks = new Chunks(settings.chunkSize());
    private final ArchiveWriter writer = new ArchiveWriter(format.on(chunks), settings);
    private @Nullable SubSinkInlet<ByteString> content;
    private boolean finished;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              begin(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              advance();
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              advance();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
              if (content != null) {
                content.cancel(cause);
              }
              cancelStage(cause);
            }
          });
    }

    private void begin(ArchiveEntry entry) {
      try {
        writer.begin(entry.header());
        if (entry.bytes().isPresent()) {
          writer.write(entry.bytes().get());
          writer.end();
        } else {
          run(entry);
        }
        advance();
      } catch (IOException | RuntimeException e) {
        fail(e);
      }
    }

    private void run(ArchiveEntry entry) {
      SubSinkInlet<ByteString> running = new SubSinkInlet<>("ArchiveEntry.content");
      content = running;
      running.setHandler(
          new AbstractInHandler() {
            @Override
            public void onPush() {
              write(running.grab());
            }

            @Override
            public void onUpstreamFinish() {
              end();
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
              content = null;
              fail(cause);
            }
          });
      entry.content().runWith(running.sink(), subFusingMaterializer());
    }

    private void write(ByteString bytes) {
      try {
        writer.write(bytes);
        advance();
      } catch (IOException | RuntimeException e) {
        fail(e);
      }
    }

    private void end() {
      content = null;
      try {
        writer.end();
        advance();
      } catch (IOException | RuntimeException e) {
        fail(e);
      }
    }

    /** Emits what is full, and has more made of it only then. */
    private void advance() {
      if (!isAvailable(out)) {
        return;
      }
      ByteString chunk = chunks.poll();
      if (chunk != null) {
        push(out, chunk);
      } else if (content != null) {
        if (!content.hasBeenPulled()) {
          content.pull();
        }
      } else if (!isClosed(in)) {
        if (!hasBeenPulled(in)) {
          pull(in);
        }
      } else {
        finish();
      }
    }

    private void finish() {
      try {
        if (!finished) {
          finished = true;
          writer.finish();
        }
      } catch (IOException | RuntimeException e) {
        fail(e);
        return;
      }
      ByteString rest = chunks.rest();
      if (rest != null) {
        push(out, rest);
      } else {
        completeStage();
      }
    }

    private void fail(Throwable cause) {
      if (content != null) {
        content.cancel(cause);
        content = null;
      }
      failStage(cause);
    }

    @Override
    public void postStop() {
      writer.close();
    }
  }
}
