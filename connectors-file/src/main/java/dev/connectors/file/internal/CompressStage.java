package dev.connectors.file.internal;

import dev.connectors.file.CompressionFormat;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Compresses what comes, and emits it in chunks of one size. */
public final class CompressStage extends GraphStage<FlowShape<ByteString, ByteString>> {
  private static final int CHUNK = 64 * 1024;

  private final CompressionFormat format;
  private final int level;
  private final Inlet<ByteString> in = Inlet.create("CompressionFlow.compress.in");
  private final Outlet<ByteString> out = Outlet.create("CompressionFlow.compress.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);

  public CompressStage(CompressionFormat format, int level) {
    this.format = format;
    this.level = level;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("CompressionFlow.compress");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final Chunks chunks = new Chunks(CHUNK);
    private @Nullable OutputStream compressing;

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              compress(grab(in));
            }

            @Override
            public void onPull() {
              advance();
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
        compressing = Codec.compress(format, level, chunks);
      } catch (IOException | RuntimeException e) {
        failStage(e);
      }
    }

    private void compress(ByteString bytes) {
      OutputStream open = compressing;
      if (open == null) {
        return;
      }
      try {
        open.write(bytes.toArrayUnsafe());
        advance();
      } catch (IOException | RuntimeException e) {
        failStage(e);
      }
    }

    private void finish() {
      OutputStream open = compressing;
      if (open == null) {
        return;
      }
      try {
        compressing = null;
        open.close();
        if (isAvailable(out)) {
          advance();
        }
      } catch (IOException | RuntimeException e) {
        failStage(e);
      }
    }

    private void advance() {
      ByteString chunk = isClosed(in) ? chunks.rest() : chunks.poll();
      if (chunk != null) {
        push(out, chunk);
      } else if (isClosed(in)) {
        completeStage();
      } else if (!hasBeenPulled(in)) {
        pull(in);
      }
    }

    @Override
    public void postStop() {
      OutputStream open = compressing;
      if (open != null) {
        try {
          open.close(); // lets go of memory that Java does not know of
        } catch (IOException | RuntimeException e) {
          // Nobody wants what it wrote.
        }
      }
    }
  }
}
