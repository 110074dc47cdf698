package dev.connectors.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The thread of a producer: stores what is sent in the cluster and acknowledges it, in the order of
 * each partition.
 */
final class FakeSender extends Thread {
  private static final long PAUSE_NANOS = 1_000_000;

  private final FakeCluster cluster;
  private final Queue<FakeProducer.Sent> queue = new ConcurrentLinkedQueue<>();
  private final Random random = new Random(1);
  private volatile boolean closing;
  private volatile boolean forced;

  FakeSender(FakeCluster cluster, String name) {
    super(name);
    this.cluster = cluster;
    setDaemon(true);
  }

  /** Blocks as the client does before its first record. */
  void awaitMetadata() {
    while (cluster.stalled) {
      LockSupport.parkNanos(this, PAUSE_NANOS);
    }
  }

  void send(FakeProducer.Sent one) {
    queue.add(one);
    LockSupport.unpark(this);
  }

  /** Waits for what was sent, and then fails what is left. */
  void close(Duration timeout) {
    closing = true;
    LockSupport.unpark(this);
    try {
      if (timeout.toMillis() > 0) {
        join(timeout.toMillis());
      }
      forced = true;
      LockSupport.unpark(this);
      join();
    } catch (InterruptedException e) {
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }

  @Override
  public void run() {
    while (!forced && !(closing && queue.isEmpty())) {
      if (queue.isEmpty() || cluster.stalled) {
        LockSupport.parkNanos(this, PAUSE_NANOS);
      } else {
        answer();
      }
    }
    for (FakeProducer.Sent one = queue.poll(); one != null; one = queue.poll()) {
      one.fail(new KafkaException("Producer is closed forcefully."));
    }
  }

  private void answer() {
    Map<TopicPartition, List<FakeProducer.Sent>> batches = new LinkedHashMap<>();
    for (FakeProducer.Sent one = queue.poll(); one != null; one = queue.poll()) {
      batches.computeIfAbsent(one.partition(), any -> new ArrayList<>()).add(one);
    }
    List<TopicPartition> order = new ArrayList<>(batches.keySet());
    if (!cluster.answersInTurn) {
      Collections.shuffle(order, random);
    }
    for (TopicPartition partition : order) {
      for (FakeProducer.Sent one : batches.getOrDefault(partition, List.of())) {
        one.acknowledge(cluster.store(one.record(), partition));
      }
    }
  }
}
