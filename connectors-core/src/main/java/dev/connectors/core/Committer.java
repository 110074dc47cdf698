package dev.connectors.core;

import dev.connectors.core.internal.CommitterStage;
import dev.connectors.core.internal.FilterStage;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.function.Predicate;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * Settles the elements that reach it and commits their positions in batches, for every committable
 * source alike.
 *
 * <p>An element counts as processed when it arrives here, so put this behind the sink's confirming
 * flow. Each element is settled at once, which makes room in the source's window; positions are
 * committed after {@code max-batch} elements or {@code max-interval}, whichever comes first, when
 * the upstream completes, and when it fails, for what had been settled by then.
 *
 * <p>Fails with the upstream's failure, with the client's exception when a commit fails, and with
 * {@link OutOfOrderException} when {@link CommitOrder#IN_ORDER} is not what the stream does.
 */
public final class Committer {
  private Committer() {}

  /** Completes when the upstream has completed and everything settled is committed. */
  public static <T> Sink<Pair<T, Committable>, CompletionStage<Done>> sink(
      CommitterSettings settings) {
    return Flow.fromGraph(new CommitterStage<T>(settings, false))
        .toMat(Sink.ignore(), Keep.right());
  }

  /**
   * Emits each element, in input order, once its position is committed. Completes when the upstream
   * has and all is emitted.
   */
  public static <T> Flow<Pair<T, Committable>, T, NotUsed> flow(CommitterSettings settings) {
    return Flow.fromGraph(new CommitterStage<T>(settings, true));
  }

  /**
   * Drops the elements for which {@code kept} is false, and settles them: use it instead of Pekko's
   * {@code filter} where many in a row may be dropped. What {@code filter} drops is settled only by
   * a later element of its lane, so that a source whose every element in flight was dropped stands
   * still.
   *
   * <p>Each dropped element is settled by itself, in either {@link CommitOrder}. Their positions
   * are committed after {@code max-batch} of them or {@code max-interval}, one commit at a time, so
   * that the position of a stream that keeps next to nothing moves on too; what is left of them is
   * committed when the upstream completes or fails, or the downstream cancels.
   *
   * <p>Emits what is kept, in input order. Completes when the upstream has and what was dropped is
   * committed. Fails with the upstream's failure, with what {@code kept} throws, and with the
   * client's exception when a commit fails.
   */
  public static <T> FlowWithContext<T, Committable, T, Committable, NotUsed> filter(
      CommitterSettings settings, Predicate<T> kept) {
    return FlowWithContext.fromPairs(Flow.fromGraph(new FilterStage<>(settings, kept)));
  }
}
