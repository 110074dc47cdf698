package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import dev.connectors.elasticsearch.internal.Operations.DocumentKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Operations that share a request, their contexts, and their results once they have them. */
final class Batch<C> {
  private static final BulkResponseItem[] NO_RESULTS = {};

  List<BulkOperation> operations = new ArrayList<>();
  final ArrayList<C> contexts = new ArrayList<>();
  final ArrayDeque<Part> parts = new ArrayDeque<>(2);

  /** While filling: when it is to be sent. In flight: when it has timed out. Else: next retry. */
  long dueAt;

  long bytes;
  BulkBatches.@Nullable Attempt attempt;
  private @Nullable BulkResponseItem[] results = NO_RESULTS;
  private @Nullable ArrayList<DocumentKey> keys;
  private @Nullable ArrayList<Batch<C>> earlier;
  private int taken;
  private boolean isReleased;

  Batch(long dueAt) {
    this.dueAt = dueAt;
  }

  void guard(DocumentKey key, @Nullable Batch<C> previous) {
    if (keys == null) {
      keys = new ArrayList<>();
    }
    keys.add(key);
    if (previous != null) {
      if (earlier == null) {
        earlier = new ArrayList<>();
      }
      if (!earlier.contains(previous)) {
        earlier.add(previous);
      }
    }
  }

  void seal() {
    results = new BulkResponseItem[operations.size()];
    parts.add(new Part(0, operations.size(), true));
  }

  boolean isFree() {
    if (earlier != null) {
      earlier.removeIf(batch -> batch.isReleased);
      return earlier.isEmpty();
    }
    return true;
  }

  void confirm(int position, BulkResponseItem item) {
    results[position] = item;
  }

  void confirm(Part part, List<BulkResponseItem> items) {
    if (part.size() == results.length) {
      items.toArray(results);
      return;
    }
    for (int i = 0; i < items.size(); i++) {
      results[part.position(i)] = items.get(i);
    }
  }

  void release(Map<DocumentKey, Batch<C>> holders) {
    isReleased = true;
    operations = List.of();
    if (keys != null) {
      for (DocumentKey key : keys) {
        holders.remove(key, this);
      }
      keys = null;
    }
  }

  boolean hasResult() {
    return taken < results.length && results[taken] != null;
  }

  <T> T next(BiFunction<BulkResponseItem, C, T> combined) {
    BulkResponseItem item = results[taken];
    if (item == null) {
      throw new IllegalStateException("no result yet");
    }
    T result = combined.apply(item, contexts.get(taken));
    results[taken++] = null;
    return result;
  }

  boolean isExhausted() {
    return isReleased && taken == results.length;
  }
}
