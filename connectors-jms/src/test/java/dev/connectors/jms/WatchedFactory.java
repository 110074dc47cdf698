package dev.connectors.jms;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.activemq.ActiveMQMessageProducer;
import org.apache.activemq.AsyncCallback;
import org.jspecify.annotations.Nullable;

/** Hands out connections that fail or stall on demand and notice a second thread. */
final class WatchedFactory {
  private static final Set<Class<?>> WATCHED =
      Set.of(Connection.class, Session.class, MessageConsumer.class, MessageProducer.class);

  /** Calls on sessions, consumers and producers by another thread than their first. */
  final List<String> trespasses = new CopyOnWriteArrayList<>();

  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger open = new AtomicInteger();

  /** Messages that were received. */
  final AtomicInteger received = new AtomicInteger();

  private final ConnectionFactory real;
  private final boolean withCompletions;
  private volatile @Nullable Predicate<String> failing;
  private volatile @Nullable Predicate<String> breaking;
  private volatile @Nullable CountDownLatch stalled;
  private volatile @Nullable ExceptionListener listener;

  WatchedFactory(ConnectionFactory real) {
    this(real, false);
  }

  private WatchedFactory(ConnectionFactory real, boolean withCompletions) {
    this.real = real;
    this.withCompletions = withCompletions;
  }

  /** ActiveMQ Classic as if it had JMS 2's asynchronous sending. */
  static WatchedFactory withCompletions(ConnectionFactory real) {
    return new WatchedFactory(real, true);
  }

  ConnectionFactory factory() {
    return (ConnectionFactory) watch(ConnectionFactory.class, real);
  }

  /** From now on methods whose name matches fail as if the connection were lost. */
  void failOn(Predicate<String> method) {
    failing = method;
  }

  /** From now on the client breaks in methods whose name matches. */
  void breakIn(Predicate<String> method) {
    breaking = method;
  }

  void heal() {
    failing = null;
    breaking = null;
  }

  /** From now on nothing is answered. */
  void stall() {
    stalled = new CountDownLatch(1);
  }

  void resume() {
    CountDownLatch latch = stalled;
    stalled = null;
    if (latch != null) {
      latch.countDown();
    }
  }

  /** What a client does when it notices the loss of its connection. */
  void loseConnection() {
    ExceptionListener known = listener;
    if (known == null) {
      throw new IllegalStateException("nobody listens");
    }
    known.onException(new JMSException("lost"));
  }

  private Object watch(Class<?> type, Object target) {
    @Nullable Thread[] owner = new @Nullable Thread[1];
    boolean[] closed = new boolean[1];
    return Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          String name = method.getName();
          if (target instanceof Session
              || target instanceof MessageConsumer
              || target instanceof MessageProducer) {
            if (owner[0] == null) {
              owner[0] = Thread.currentThread();
            } else if (owner[0] != Thread.currentThread()) {
              trespasses.add(type.getSimpleName() + "." + name + " on " + Thread.currentThread());
            }
          }
          disturb(name);
          if (name.equals("setExceptionListener")) {
            listener = (ExceptionListener) arguments[0];
          }
          if (withCompletions && arguments != null && arguments.length == 6) {
            sendAsynchronously((ActiveMQMessageProducer) target, arguments);
            return null;
          }
          Object result;
          try {
            result = method.invoke(target, arguments);
          } catch (InvocationTargetException failure) {
            throw failure.getCause();
          } finally {
            if (target instanceof Connection && name.equals("close") && !closed[0]) {
              closed[0] = true;
              open.decrementAndGet();
            }
          }
          if (name.equals("createConnection")) {
            connections.incrementAndGet();
            open.incrementAndGet();
          }
          if (result instanceof Message && name.startsWith("receive")) {
            received.incrementAndGet();
          }
          return WATCHED.contains(method.getReturnType())
              ? watch(method.getReturnType(), result)
              : result;
        });
  }

  private void sendAsynchronously(ActiveMQMessageProducer producer, Object[] arguments)
      throws JMSException {
    Message message = (Message) arguments[1];
    CompletionListener listener = (CompletionListener) arguments[5];
    producer.send(
        (Destination) arguments[0],
        message,
        (int) arguments[2],
        (int) arguments[3],
        (long) arguments[4],
        new AsyncCallback() {
          @Override
          public void onSuccess() {
            try {
              disturb("onCompletion");
              listener.onCompletion(message);
            } catch (JMSException cause) {
              listener.onException(message, cause);
            }
          }

          @Override
          public void onException(JMSException cause) {
            listener.onException(message, cause);
          }
        });
  }

  private void disturb(String method) throws JMSException {
    CountDownLatch latch = stalled;
    if (latch != null && !method.equals("close")) {
      try {
        latch.await();
      } catch (InterruptedException interrupted) {
        throw new JMSException("interrupted");
      }
    }
    Predicate<String> fails = failing;
    if (fails != null && fails.test(method)) {
      throw new JMSException("no " + method);
    }
    Predicate<String> breaks = breaking;
    if (breaks != null && breaks.test(method)) {
      throw new NullPointerException("broken " + method);
    }
  }
}
