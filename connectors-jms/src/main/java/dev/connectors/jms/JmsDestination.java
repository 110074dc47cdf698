package dev.connectors.jms;

import dev.connectors.core.internal.Checks;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.Objects;

/** Where messages go: a queue, a topic, or a destination that a client has given. Immutable. */
public final class JmsDestination {
  /** What a session makes of a name. */
  private interface Lookup {
    Destination in(Session session) throws JMSException;
  }

  private final String name;
  private final Lookup lookup;

  private JmsDestination(String name, Lookup lookup) {
    this.name = name;
    this.lookup = lookup;
  }

  /** A queue by its name, in the syntax of the provider. */
  public static JmsDestination queue(String name) {
    Checks.notEmpty("queue", name);
    return new JmsDestination("queue " + name, session -> session.createQueue(name));
  }

  /** A topic by its name, in the syntax of the provider. */
  public static JmsDestination topic(String name) {
    Checks.notEmpty("topic", name);
    return new JmsDestination("topic " + name, session -> session.createTopic(name));
  }

  /** A destination of the client's own, such as the {@code JMSReplyTo} of a message. */
  public static JmsDestination of(Destination destination) {
    Objects.requireNonNull(destination, "destination");
    return new JmsDestination(destination.toString(), session -> destination);
  }

  /** The client's destination, for {@code session}. */
  public Destination in(Session session) throws JMSException {
    return lookup.in(session);
  }

  /** Whether both are of the same kind and name. */
  @Override
  public boolean equals(Object other) {
    return other instanceof JmsDestination destination && destination.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
