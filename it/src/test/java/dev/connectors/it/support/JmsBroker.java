package dev.connectors.it.support;

import dev.connectors.testkit.ArtemisServer;
import dev.connectors.testkit.TestServer;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.api.core.management.ResourceNames;
import org.apache.activemq.artemis.api.jms.management.JMSManagementHelper;

/** One of the brokers, with nothing but its own client. */
public final class JmsBroker {
  private static final int NO_ANSWER_SECONDS = 3;
  private static final int EXPECTED_MILLIS = 10_000;
  private static final int LOST_CALL_MILLIS = 10_000;

  private final boolean artemis;
  private final String url;

  private JmsBroker(boolean artemis, String url) {
    this.artemis = artemis;
    this.url = url;
  }

  public static JmsBroker of(TestServer server) {
    return new JmsBroker(
        server instanceof ArtemisServer, "tcp://" + server.host() + ":" + server.port());
  }

  /** One that runs already. */
  public static JmsBroker at(boolean artemis, String url) {
    return new JmsBroker(artemis, url);
  }

  public String url() {
    return url;
  }

  public boolean isArtemis() {
    return artemis;
  }

  /** Without a transport that reconnects by itself. */
  public ConnectionFactory factory() {
    return factory("");
  }

  /** With options in the URL. */
  public ConnectionFactory factory(String options) {
    if (!artemis) {
      return new ActiveMQConnectionFactory(url + options);
    }
    var factory =
        new org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory(url + options);
    // An Artemis that is starting may lose a call without a word.
    factory.setCallTimeout(LOST_CALL_MILLIS);
    return factory;
  }

  /** Sends texts to a queue, in one transaction. */
  public void send(String queue, String... texts) throws JMSException {
    try (Connection connection = factory().createConnection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
      MessageProducer producer = session.createProducer(session.createQueue(queue));
      for (String text : texts) {
        producer.send(session.createTextMessage(text));
      }
      session.commit();
    }
  }

  /**
   * Sends messages with the property {@code number}, counted from {@code from}, in one transaction.
   */
  public void publish(String queue, int from, int count) throws JMSException {
    try (Connection connection = factory().createConnection();
        Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
      MessageProducer producer = session.createProducer(session.createQueue(queue));
      for (int i = from; i < from + count; i++) {
        Message message = session.createTextMessage("message-" + i);
        message.setIntProperty("number", i);
        producer.send(message);
      }
      session.commit();
    }
  }

  /**
   * How many messages the queue has, delivered and unconfirmed ones too. Artemis tells; Classic
   * shows them to a browser, which Artemis doesn't.
   */
  public long count(String queue) throws JMSException {
    try (Connection connection = factory().createConnection();
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
      connection.start();
      return artemis ? counted(session, queue) : browsedTwice(session, queue);
    }
  }

  /**
   * What came less what went. Artemis' own messageCount leaves out what a consumer that is closed
   * gives back, from the first message of it until the last one has its delivery count stored.
   */
  private static long counted(Session session, String queue) throws JMSException {
    long gone = 0; // counted first, so that what comes and goes meanwhile isn't missed
    for (String way : new String[] {"Acknowledged", "Expired", "Killed"}) {
      gone += attribute(session, queue, "messages" + way);
    }
    return attribute(session, queue, "messagesAdded") - gone;
  }

  private static long attribute(Session session, String queue, String name) throws JMSException {
    TemporaryQueue replies = session.createTemporaryQueue();
    Message request = session.createMessage();
    request.setJMSReplyTo(replies);
    JMSManagementHelper.putAttribute(request, ResourceNames.QUEUE + queue, name);
    session.createProducer(session.createQueue("activemq.management")).send(request);
    try (MessageConsumer consumer = session.createConsumer(replies)) {
      Message reply = consumer.receive(10_000);
      if (reply == null) {
        throw new JMSException("no answer from the management");
      }
      // A queue that nobody has used yet isn't there.
      return JMSManagementHelper.hasOperationSucceeded(reply)
          ? ((Number) JMSManagementHelper.getResult(reply)).longValue()
          : 0;
    } catch (JMSException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Until it stays the same: a browser misses some of what is given back meanwhile. */
  private static long browsedTwice(Session session, String queue) throws JMSException {
    long count = browsed(session, queue);
    for (long before = -1; before != count; count = browsed(session, queue)) {
      before = count;
    }
    return count;
  }

  private static long browsed(Session session, String queue) throws JMSException {
    long count = 0;
    try (QueueBrowser browser = session.createBrowser(session.createQueue(queue))) {
      for (Enumeration<?> messages = browser.getEnumeration(); messages.hasMoreElements(); ) {
        messages.nextElement();
        count++;
      }
    }
    return count;
  }

  /** Whether Classic's scheduler is on: it names the job in what it has delivered later. */
  public boolean hasScheduler() throws JMSException {
    try (Connection connection = factory().createConnection();
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
      connection.start();
      TemporaryQueue queue = session.createTemporaryQueue();
      Message probe = session.createMessage();
      probe.setLongProperty("AMQ_SCHEDULED_DELAY", 1);
      session.createProducer(queue).send(probe);
      try (MessageConsumer consumer = session.createConsumer(queue)) {
        return consumer.receive(10_000).propertyExists("scheduledJobId");
      }
    }
  }

  /** Takes the texts of a queue, that many and what else comes within a moment. */
  public List<String> take(String queue, int expected) throws JMSException {
    List<String> texts = new ArrayList<>();
    try (Connection connection = factory().createConnection();
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      connection.start();
      Message next;
      while ((next = consumer.receive(texts.size() < expected ? EXPECTED_MILLIS : 500)) != null) {
        texts.add(next.getBody(String.class));
      }
    }
    return texts;
  }

  /** Whether it answers within a few seconds, with something in that queue. */
  public boolean has(String queue) throws InterruptedException, ExecutionException {
    CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> browses(queue));
    try {
      return answer.get(NO_ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException noAnswer) {
      return false;
    }
  }

  private boolean browses(String queue) {
    try (Connection connection = factory().createConnection();
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        QueueBrowser browser = session.createBrowser(session.createQueue(queue))) {
      connection.start();
      return browser.getEnumeration().hasMoreElements();
    } catch (JMSException noAnswer) {
      return false;
    }
  }
}
