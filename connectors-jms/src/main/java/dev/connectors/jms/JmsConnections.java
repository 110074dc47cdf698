package dev.connectors.jms;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.jspecify.annotations.Nullable;

/**
 * The states of the connections of all sources and flows that are given this as their connection
 * listener, as a source. Thread-safe; needs no closing.
 *
 * <pre>{@code
 * JmsConnections connections = JmsConnections.create();
 * JmsConsumerSettings consumer = ….withConnectionListener(connections);
 * connections.changes().runForeach(change -> alert(change), system);
 * }</pre>
 */
public final class JmsConnections implements Consumer<JmsConnections.Change> {
  private static final int BUFFER = 256;

  private final Map<String, Change> current = new LinkedHashMap<>(); // guarded by itself
  private final List<SourceQueueWithComplete<Change>> listeners = new CopyOnWriteArrayList<>();

  /** What a connection is doing. */
  public enum State {
    /** It is being made, for the first time or again. */
    CONNECTING,
    CONNECTED,
    /** It has failed; after a pause it is made again. */
    DISCONNECTED,
    /** Its source or flow has come to its end. */
    CLOSED,
    /** It has failed, and its source or flow has failed with it. */
    FAILED
  }

  /**
   * A connection's next state.
   *
   * @param connection the name of the thread that has it: {@code jms-orders-0}, {@code
   *     jms-producer-7}
   * @param cause why it is {@code DISCONNECTED} or {@code FAILED}, else null
   */
  public record Change(String connection, State state, @Nullable Throwable cause) {
    public Change {
      Objects.requireNonNull(connection, "connection");
      Objects.requireNonNull(state, "state");
    }
  }

  private JmsConnections() {}

  public static JmsConnections create() {
    return new JmsConnections();
  }

  /** The states of all connections that are not at their end, by their names. */
  public Map<String, State> states() {
    synchronized (current) {
      Map<String, State> states = new LinkedHashMap<>();
      current.forEach((connection, change) -> states.put(connection, change.state()));
      return states;
    }
  }

  /**
   * The states of now, and from then on each that follows. Never completes. When the stream is more
   * than 256 changes behind, it misses the oldest.
   */
  public Source<Change, NotUsed> changes() {
    return Source.<Change>queue(BUFFER, OverflowStrategy.dropHead())
        .mapMaterializedValue(this::register);
  }

  private NotUsed register(SourceQueueWithComplete<Change> listener) {
    synchronized (current) {
      listeners.add(listener);
      for (Change change : current.values()) {
        var unused = listener.offer(change);
      }
    }
    var unused =
        listener.watchCompletion().whenComplete((done, cause) -> listeners.remove(listener));
    return NotUsed.getInstance();
  }

  /** For the sources and flows. */
  @Override
  public void accept(Change change) {
    synchronized (current) {
      if (change.state() == State.CLOSED || change.state() == State.FAILED) {
        current.remove(change.connection());
      } else {
        current.put(change.connection(), change);
      }
      for (SourceQueueWithComplete<Change> listener : listeners) {
        var unused = listener.offer(change);
      }
    }
  }
}
