package dev.connectors.jms.internal;

import dev.connectors.jms.JmsAcknowledgement;
import dev.connectors.jms.JmsConsumerSettings;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** How one session acknowledges; for the session's thread. */
abstract class Acks {
  static final String CLASSIC = "org.apache.activemq.ActiveMQConnectionMetaData";
  static final String ARTEMIS = "org.apache.activemq.artemis.";
  private static final int CLASSIC_INDIVIDUAL = 4;
  private static final int ARTEMIS_INDIVIDUAL = 101;

  /**
   * An acknowledge mode.
   *
   * @param acknowledgement null for {@code AUTO_ACKNOWLEDGE}
   * @param code as {@code createSession} takes it
   */
  record Mode(@Nullable JmsAcknowledgement acknowledgement, int code) {
    static final Mode AUTO = new Mode(null, Session.AUTO_ACKNOWLEDGE);

    boolean transacted() {
      return acknowledgement == JmsAcknowledgement.TRANSACTED;
    }
  }

  static Mode mode(JmsConsumerSettings settings, Connection connection) throws JMSException {
    JmsAcknowledgement wanted = settings.acknowledgement();
    return switch (wanted) {
      case TRANSACTED -> new Mode(wanted, Session.SESSION_TRANSACTED);
      case CLIENT -> new Mode(wanted, Session.CLIENT_ACKNOWLEDGE);
      case INDIVIDUAL -> new Mode(wanted, individualMode(settings.individualMode(), connection));
    };
  }

  /** By the class of the meta data: both name themselves ActiveMQ, and wrappers pass it on. */
  private static int individualMode(@Nullable Integer given, Connection connection)
      throws JMSException {
    if (given != null) {
      return given;
    }
    String client = connection.getMetaData().getClass().getName();
    if (client.equals(CLASSIC)) {
      return CLASSIC_INDIVIDUAL;
    }
    if (client.startsWith(ARTEMIS)) {
      return ARTEMIS_INDIVIDUAL;
    }
    throw new UnsupportedOperationException(
        "acknowledgement is INDIVIDUAL, which is known of ActiveMQ Classic and Artemis only, and"
            + " this client is "
            + client
            + ": use TRANSACTED, or name its mode with withIndividualMode");
  }

  /** Whatever wraps it: the meta data is passed on. */
  static boolean isArtemis(Connection connection) throws JMSException {
    return connection.getMetaData().getClass().getName().startsWith(ARTEMIS);
  }

  static Acks of(Mode mode, Connection connection, Session session) {
    JmsAcknowledgement acknowledgement = mode.acknowledgement();
    if (acknowledgement == null) {
      return new Auto();
    }
    return switch (acknowledgement) {
      case TRANSACTED -> new Transacted(session);
      case CLIENT -> new Client(session);
      case INDIVIDUAL -> new Individual(session, Flush.of(connection, session));
    };
  }

  /** Whether only all that was received can be confirmed, or nothing. */
  abstract boolean asWhole();

  /** A message was received. */
  abstract void received(Message message);

  /** Confirms the next {@code count} messages, in the order they were received, with the broker. */
  abstract void confirm(long count) throws JMSException;

  /** Has the broker deliver again what was received and not confirmed. */
  abstract void giveBack() throws JMSException;

  private static final class Auto extends Acks {
    @Override
    boolean asWhole() {
      return false;
    }

    @Override
    void received(Message message) {}

    @Override
    void confirm(long count) {}

    @Override
    void giveBack() {}
  }

  private static final class Transacted extends Acks {
    private final Session session;

    Transacted(Session session) {
      this.session = session;
    }

    @Override
    boolean asWhole() {
      return true;
    }

    @Override
    void received(Message message) {}

    @Override
    void confirm(long count) throws JMSException {
      session.commit();
    }

    @Override
    void giveBack() throws JMSException {
      session.rollback();
    }
  }

  private static final class Client extends Acks {
    private final Session session;
    private @Nullable Message last;

    Client(Session session) {
      this.session = session;
    }

    @Override
    boolean asWhole() {
      return true;
    }

    @Override
    void received(Message message) {
      last = message;
    }

    @Override
    void confirm(long count) throws JMSException {
      Message message = last;
      if (message != null) {
        message.acknowledge(); // of all that the session has received
        last = null;
      }
    }

    @Override
    void giveBack() throws JMSException {
      last = null;
      session.recover();
    }
  }

  private static final class Individual extends Acks {
    private final Session session;
    private final Flush flush;
    private final ArrayDeque<Message> unconfirmed = new ArrayDeque<>();

    Individual(Session session, Flush flush) {
      this.session = session;
      this.flush = flush;
    }

    @Override
    boolean asWhole() {
      return false;
    }

    @Override
    void received(Message message) {
      unconfirmed.add(message);
    }

    @Override
    void confirm(long count) throws JMSException {
      for (long left = count; left > 0; left--) {
        flush.acknowledge(unconfirmed.remove(), left == 1);
      }
    }

    @Override
    void giveBack() throws JMSException {
      unconfirmed.clear();
      session.recover();
    }
  }
}
