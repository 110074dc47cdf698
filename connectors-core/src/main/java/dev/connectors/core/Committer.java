package dev.connectors.core;

import dev.connectors.core.internal.CommitterStage;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
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
}
