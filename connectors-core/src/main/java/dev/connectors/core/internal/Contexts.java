package dev.connectors.core.internal;

import org.apache.pekko.stream.Graph;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import org.apache.pekko.stream.scaladsl.Source;
import scala.Tuple2;

/**
 * Sources with context in the representation that Pekko has inside: made of pairs, each element
 * would pass one more stage and be wrapped once more. The one place that knows of it.
 */
public final class Contexts {
  private Contexts() {}

  /** What {@link #source} is made of. */
  public static <T, C> Tuple2<T, C> element(T element, C context) {
    return new Tuple2<>(element, context);
  }

  public static <T, C, M> SourceWithContext<T, C, M> source(
      Graph<SourceShape<Tuple2<T, C>>, M> elements) {
    return new SourceWithContext<>(
        org.apache.pekko.stream.scaladsl.SourceWithContext.fromTuples(Source.fromGraph(elements)));
  }
}
