package dev.connectors.kafka;

import dev.connectors.core.Observer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Adds up what it is told. */
final class RecordingObserver implements Observer {
  final AtomicLong emitted = new AtomicLong();
  final AtomicLong emittedBytes = new AtomicLong();
  final AtomicLong committed = new AtomicLong();
  final AtomicLong confirmed = new AtomicLong();
  final AtomicInteger confirmations = new AtomicInteger();
  final AtomicLong mostInFlight = new AtomicLong();
  final List<Throwable> rejected = new CopyOnWriteArrayList<>();
  final Map<String, Long> lags = new ConcurrentHashMap<>();
  final List<String> names = new CopyOnWriteArrayList<>();

  @Override
  public void emitted(String name, long elements, long bytes) {
    names.add(name);
    emitted.addAndGet(elements);
    emittedBytes.addAndGet(bytes);
  }

  @Override
  public void committed(String name, long elements, Duration latency) {
    committed.addAndGet(elements);
  }

  @Override
  public void confirmed(String name, long elements, Duration latency) {
    names.add(name);
    confirmed.addAndGet(elements);
    confirmations.incrementAndGet();
  }

  @Override
  public void rejected(String name, Throwable cause) {
    rejected.add(cause);
  }

  @Override
  public void inFlight(String name, long elements, long bytes) {
    mostInFlight.accumulateAndGet(elements, Math::max);
  }

  @Override
  public void lag(String name, String lane, long elements) {
    lags.put(lane, elements);
  }
}
