package dev.connectors.file.internal;

import dev.connectors.core.Committable;
import dev.connectors.core.internal.ChunkCommits;
import java.io.IOException;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Moves bytes into a {@link Decoder} and emits what it makes of them. */
public final class DecodeStage<I, R, O> extends GraphStage<FlowShape<I, O>> {
  private final String name;
  private final Function<ClassicActorSystemProvider, Decoder<R>> newDecoder;
  private final Function<I, ByteString> bytes;
  private final @Nullable Function<I, Committable> committable;
  private final BiFunction<R, @Nullable Committable, O> result;
  private final Inlet<I> in = Inlet.create("Decode.in");
  private final Outlet<O> out = Outlet.create("Decode.out");
  private final FlowShape<I, O> shape = FlowShape.of(in, out);

  private DecodeStage(
      String name,
      Function<ClassicActorSystemProvider, Decoder<R>> newDecoder,
      Function<I, ByteString> bytes,
      @Nullable Function<I, Committable> committable,
      BiFunction<R, @Nullable Committable, O> result) {
    this.name = name;
    this.newDecoder = newDecoder;
    this.bytes = bytes;
    this.committable = committable;
    this.result = result;
  }

  /**
   * Without committables.
   *
   * @param newDecoder one for each stream, by the settings of its system
   */
  public static <R> Flow<ByteString, R, NotUsed> flow(
      String name, Function<ClassicActorSystemProvider, Decoder<R>> newDecoder) {
    return Flow.fromGraph(
        new DecodeStage<ByteString, R, R>(
            name, newDecoder, piece -> piece, null, (record, none) -> record));
  }

  /** A piece is settled once all is that has a byte of it. */
  public static <R> FlowWithContext<ByteString, Committable, R, Committable, NotUsed> withContext(
      String name, Function<ClassicActorSystemProvider, Decoder<R>> newDecoder) {
    return FlowWithContext.fromPairs(
        Flow.fromGraph(
            new DecodeStage<Pair<ByteString, Committable>, R, Pair<R, Committable>>(
                name,
                newDecoder,
                Pair::first,
                Pair::second,
                (record, part) ->
                    Pair.create(record, Objects.requireNonNull(part, "committable")))));
  }

  @Override
  public FlowShape<I, O> shape() {
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

  private final class Logic extends GraphStageLogic implements InHandler, OutHandler {
    private final ChunkCommits chunks = new ChunkCommits();
    private Decoder<R> decoder;

    @SuppressWarnings("NullAway.Init") // preStart does the rest
    Logic() {
      super(shape);
      setHandler(in, this);
      setHandler(out, this);
    }

    @Override
    public void preStart() {
      decoder = newDecoder.apply(materializer().system());
    }

    @Override
    public void onPush() {
      I element = grab(in);
      ByteString piece = bytes.apply(element);
      if (committable != null) {
        chunks.add(committable.apply(element), piece.size(), false);
      }
      decoder.feed(piece);
      emit();
    }

    @Override
    public void onPull() {
      emit();
    }

    @Override
    public void onUpstreamFinish() {
      decoder.end();
      if (isAvailable(out)) {
        emit();
      }
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
      failStage(cause);
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
      cancelStage(cause);
    }

    private void emit() {
      try {
        R record = decoder.next();
        if (record != null) {
          Committable part =
              committable == null ? null : chunks.record(decoder.from(), decoder.to());
          push(out, result.apply(record, part));
        } else if (isClosed(in)) {
          chunks.end();
          completeStage();
        } else {
          chunks.covered(decoder.position());
          pull(in);
        }
      } catch (IOException | RuntimeException e) {
        failStage(e); // not thrown, since Pekko would log it
      }
    }
  }
}
