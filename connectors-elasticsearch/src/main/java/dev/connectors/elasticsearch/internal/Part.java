package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import dev.connectors.core.RetrySettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Those operations of a batch that are sent together, and their retries so far. */
final class Part {
  private int[] positions;
  private boolean isWhole;
  private int retries;
  private long firstFailureAt;

  Part(int from, int to, boolean isWhole) {
    positions = new int[to - from];
    for (int i = from; i < to; i++) {
      positions[i - from] = i;
    }
    this.isWhole = isWhole;
  }

  private Part(int[] positions) {
    this.positions = positions;
    this.isWhole = false;
  }

  int size() {
    return positions.length;
  }

  int position(int i) {
    return positions[i];
  }

  /** One more retry; its back-off. */
  Duration backOff(RetrySettings retry) {
    return retry.backoff(retries++);
  }

  boolean isBackingOff() {
    return retries > 0;
  }

  List<BulkOperation> of(List<BulkOperation> operations) {
    if (isWhole) {
      return operations;
    }
    List<BulkOperation> selected = new ArrayList<>(positions.length);
    for (int position : positions) {
      selected.add(operations.get(position));
    }
    return selected;
  }

  boolean mayRetry(RetrySettings retry, Throwable cause, long now) {
    if (retries == 0) {
      firstFailureAt = now;
    }
    return retry.retries(cause, retries, Duration.ofNanos(now - firstFailureAt));
  }

  void retain(int[] indices, int count) {
    isWhole &= count == positions.length;
    int[] retained = new int[count];
    for (int i = 0; i < count; i++) {
      retained[i] = positions[indices[i]];
    }
    positions = retained;
  }

  void split(ArrayDeque<Part> parts) {
    int half = positions.length / 2;
    parts.addFirst(new Part(Arrays.copyOfRange(positions, half, positions.length)));
    parts.addFirst(new Part(Arrays.copyOfRange(positions, 0, half)));
  }
}
