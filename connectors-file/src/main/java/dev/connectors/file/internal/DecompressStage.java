package dev.connectors.file.internal;

import dev.connectors.file.CompressionFormat;
import dev.connectors.file.DecompressSettings;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/** Gives what comes to a {@link Decompression}, and emits what that gives back. */
public final class DecompressStage extends GraphStage<FlowShape<ByteString, ByteString>> {
  private static final AtomicLong THREADS = new AtomicLong();

  private final CompressionFormat format;
  private final DecompressSettings settings;
  private final Inlet<ByteString> in = Inlet.create("CompressionFlow.decompress.in");
  private final Outlet<ByteString> out = Outlet.create("CompressionFlow.decompress.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);

  public DecompressStage(CompressionFormat format, DecompressSettings settings) {
    this.format = format;
    this.settings = settings;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("CompressionFlow.decompress");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final AsyncCallback<Exchange> wake = createAsyncCallback(woken -> advance());
    private final Exchange exchange = new Exchange(this::wake);

    Logic() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              if (exchange.put(grab(in))) {
                pull(in);
              }
            }

            @Override
            public void onPull() {
              advance();
            }

            @Override
            public void onUpstreamFinish() {
              exchange.endInput();
            }
          });
    }

    private void wake() {
      wake.invoke(exchange);
    }

    @Override
    public void preStart() {
      Thread thread =
          new Thread(
              new Decompression(format, settings, exchange),
              "connectors-decompress-" + THREADS.incrementAndGet());
      thread.setDaemon(true);
      thread.start();
      pull(in);
    }

    private void advance() {
      if (isAvailable(out)) {
        ByteString chunk = exchange.poll();
        if (chunk != null) {
          push(out, chunk);
        }
      }
      if (exchange.isAtEnd()) {
        Throwable failure = exchange.failure();
        if (failure != null) {
          failStage(failure);
        } else {
          completeStage();
        }
      } else if (!isClosed(in) && !hasBeenPulled(in) && exchange.hasRoom()) {
        pull(in);
      }
    }

    @Override
    public void postStop() {
      exchange.abort();
    }
  }
}
