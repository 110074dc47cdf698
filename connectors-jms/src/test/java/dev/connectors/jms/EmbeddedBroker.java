package dev.connectors.jms;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTextMessage;
import org.apache.activemq.util.ByteSequence;

/** ActiveMQ Classic within the tests' JVM, without a port, a file or a network. */
final class EmbeddedBroker {
  static final int MAXIMUM_REDELIVERIES = 3;

  private static final String NAME = "module-tests";
  private static final AtomicInteger QUEUES = new AtomicInteger();
  private static final BrokerService BROKER = start(NAME, false);

  private EmbeddedBroker() {}

  /** One that can deliver later. */
  private static final class Scheduling {
    static final BrokerService BROKER = start(NAME + "-scheduling", true);
  }

  static ConnectionFactory withScheduler() {
    return new ActiveMQConnectionFactory(
        "vm://" + Scheduling.BROKER.getBrokerName() + "?create=false");
  }

  private static BrokerService start(String name, boolean scheduler) {
    BrokerService broker = new BrokerService();
    try {
      broker.setBrokerName(name);
      broker.setPersistent(false);
      broker.setSchedulerSupport(scheduler);
      broker.setUseJmx(false);
      broker.setUseShutdownHook(false);
      PolicyEntry policy = new PolicyEntry();
      policy.setStrictOrderDispatch(true); // else what two consumers have given back may be mixed
      PolicyMap policies = new PolicyMap();
      policies.setDefaultEntry(policy);
      broker.setDestinationPolicy(policies);
      broker.start();
      return broker;
    } catch (Exception failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  static ConnectionFactory factory() {
    return new ActiveMQConnectionFactory(
        "vm://"
            + NAME
            + "?create=false&jms.sendAcksAsync=false&jms.redeliveryPolicy.initialRedeliveryDelay=0"
            + "&jms.redeliveryPolicy.redeliveryDelay=0&jms.redeliveryPolicy.maximumRedeliveries="
            + MAXIMUM_REDELIVERIES);
  }

  /** The name of another queue. */
  static String newQueue() {
    return "queue-" + QUEUES.incrementAndGet();
  }

  /** Sends messages with the property {@code number}, counted from {@code from}. */
  static void publish(String queue, int from, int count) throws JMSException {
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

  /** Sends a text message whose body no client can decode. */
  static void publishUnreadable(String queue, int number) throws JMSException {
    try (Connection connection = factory().createConnection();
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
      ActiveMQTextMessage message = (ActiveMQTextMessage) session.createTextMessage();
      message.setIntProperty("number", number);
      message.setContent(new ByteSequence(new byte[] {0, 0, 0, 9, (byte) 0xff}));
      session.createProducer(session.createQueue(queue)).send(message);
    }
  }

  /** The number of the first message that the broker has not had confirmed; -1 without one. */
  static int first(String queue) throws JMSException {
    try (Connection connection = factory().createConnection();
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        QueueBrowser browser = session.createBrowser(session.createQueue(queue))) {
      connection.start();
      Enumeration<?> messages = browser.getEnumeration();
      return messages.hasMoreElements()
          ? ((Message) messages.nextElement()).getIntProperty("number")
          : -1;
    }
  }

  /** How many messages the broker has, delivered and not confirmed ones too. */
  static long count(String queue) throws Exception {
    var destination = BROKER.getDestination(new ActiveMQQueue(queue));
    return destination.getDestinationStatistics().getMessages().getCount();
  }

  /** Takes all messages of a queue, and counts those that are no duplicates. */
  static long takeDistinct(String queue) throws Exception {
    Set<String> texts = new HashSet<>();
    try (Connection connection = factory().createConnection();
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      connection.start();
      while (count(queue) > 0) {
        Message next = consumer.receive(500);
        if (next != null) {
          texts.add(JmsBody.text(next));
        }
      }
    }
    return texts.size();
  }

  /** How many consumers the broker knows. */
  static long consumers(String queue) throws Exception {
    var destination = BROKER.getDestination(new ActiveMQQueue(queue));
    return destination.getDestinationStatistics().getConsumers().getCount();
  }
}
