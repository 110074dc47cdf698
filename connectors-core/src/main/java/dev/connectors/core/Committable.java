package dev.connectors.core;

import dev.connectors.core.internal.Composite;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.FlowWithContext;

/**
 * What an at-least-once source attaches to each element: the way to say that the element is done.
 *
 * <p>A committable is settled once; settling it again, or after its lane (a partition, a session)
 * went to another member, does nothing. All methods may be called from any thread and never block.
 * Streams rarely call them: {@link Committer} does, in batches.
 */
public interface Committable {

  /**
   * Settles the element and asks its source to make the position durable. Elements before it are
   * not affected.
   *
   * @return completes when the server has confirmed a position that covers every settled element
   *     below the lowest unsettled one; fails with the client's exception
   */
  CompletionStage<Done> commit();

  /**
   * Settles the element as failed: the source does with it what its server has for that
   * (redelivery, or failing the stream), and its position is never passed.
   *
   * @return completes when the source has taken note; fails with {@link OutOfOrderException} when a
   *     later element had settled this one, so that its position may have been passed
   */
  CompletionStage<Done> reject(Throwable cause);

  /**
   * Splits into {@code parts} committables: this one is done when all of them are, and rejected
   * when one of them is.
   *
   * @param parts at least 1
   */
  default List<Committable> split(int parts) {
    return Composite.split(this, parts);
  }

  /**
   * One committable that settles all of {@code committables}, for example of a group written as one
   * object.
   */
  static Committable all(Collection<? extends Committable> committables) {
    return Composite.all(committables);
  }

  /**
   * Maps each element to none, one or several that share its committable: it is done when all are,
   * at once when there are none. Unlike {@code mapConcat} of Pekko, which gives each the whole
   * committable.
   */
  static <In, Out> FlowWithContext<In, Committable, Out, Committable, NotUsed> mapConcat(
      Function<In, ? extends Collection<Out>> function) {
    return Composite.mapConcat(function);
  }
}
