package dev.connectors.file.internal;

import dev.connectors.file.FileReadSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Emits a file in chunks, one read for each demand. */
public final class ReadStage extends GraphStage<SourceShape<ByteString>> {
  private static final int PROBE = 512;

  private final Path path;
  private final @Nullable FileReadSettings given;
  private final Outlet<ByteString> out = Outlet.create("FileSource.out");
  private final SourceShape<ByteString> shape = SourceShape.of(out);

  /**
   * @param given null for those of the system that runs the stream
   */
  public ReadStage(Path path, @Nullable FileReadSettings given) {
    this.path = path;
    this.given = given;
  }

  @Override
  public SourceShape<ByteString> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return FileDispatcher.named("FileSource.bytes");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private @Nullable FileChannel channel;
    private int chunkSize;
    private long left; // below zero if the file turns out to be longer than it was

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              read();
            }
          });
    }

    @Override
    public void preStart() {
      FileReadSettings settings =
          given != null ? given : FileReadSettings.create(materializer().system());
      chunkSize = settings.chunkSize();
      try {
        Path resolved = new Root(settings.root().orElse(null)).resolve(path);
        FileChannel open = FileChannel.open(resolved, StandardOpenOption.READ);
        channel = open;
        left = open.size();
      } catch (IOException | RuntimeException e) {
        failStage(e);
      }
    }

    private void read() {
      FileChannel open = channel;
      if (open == null) {
        return;
      }
      byte[] chunk = new byte[wanted()];
      int length;
      try {
        length = open.read(ByteBuffer.wrap(chunk));
      } catch (IOException e) {
        failStage(e);
        return;
      }
      if (length < 0) {
        completeStage();
      } else {
        left -= length;
        // A short read must not hold a whole chunk.
        push(
            out,
            ByteString.fromArrayUnsafe(
                length == chunk.length ? chunk : Arrays.copyOf(chunk, length)));
      }
    }

    /** No more than there is, and at the end a little, to see that it is the end. */
    private int wanted() {
      long most = left > 0 ? left : left == 0 ? PROBE : chunkSize;
      return (int) Math.min(most, chunkSize);
    }

    @Override
    public void postStop() throws IOException {
      FileChannel open = channel;
      if (open != null) {
        open.close();
      }
    }
  }
}
