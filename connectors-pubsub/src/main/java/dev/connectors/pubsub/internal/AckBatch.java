package dev.connectors.pubsub.internal;

import com.google.api.core.ApiFuture;
import com.google.cloud.pubsub.v1.AckResponse;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Acknowledgements that were given together, until each has its answer. */
final class AckBatch implements Runnable {

  /** Told once that all are answered, or why no more is waited for; and what comes after that. */
  interface Listener {
    void answered(AckBatch batch);
  }

  private final List<Delivery> deliveries;
  private final List<ApiFuture<AckResponse>> answers;
  private final AtomicInteger open;
  private final Listener listener;
  final long sentAt;

  AckBatch(List<Delivery> deliveries, long now, Listener listener) {
    this.deliveries = deliveries;
    this.answers = new ArrayList<>(deliveries.size());
    this.open = new AtomicInteger(deliveries.size() + 1); // one for the sending itself
    this.listener = listener;
    this.sentAt = now;
  }

  /** Gives the acknowledgements; {@link #sent} has to follow. */
  void send() {
    for (Delivery delivery : deliveries) {
      ApiFuture<AckResponse> answer = delivery.reply().ack();
      answers.add(answer);
      answer.addListener(this, MoreExecutors.directExecutor());
    }
  }

  /** From now on the listener may be told. */
  void sent() {
    run();
  }

  /** One more is answered. */
  @Override
  public void run() {
    if (open.decrementAndGet() == 0) {
      listener.answered(this);
    }
  }

  int size() {
    return deliveries.size();
  }

  boolean isAnswered() {
    return open.get() == 0;
  }

  /** How many have no answer yet. */
  int unanswered() {
    int count = 0;
    for (ApiFuture<AckResponse> answer : answers) {
      if (!answer.isDone()) {
        count++;
      }
    }
    return count;
  }

  List<String> unansweredIds() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      if (!answers.get(i).isDone()) {
        ids.add(deliveries.get(i).messageId());
      }
    }
    return ids;
  }

  /** The messages whose acknowledgement the server did not take, by its answer. */
  Map<AckResponse, List<String>> refused() {
    Map<AckResponse, List<String>> refused = new LinkedHashMap<>(0);
    for (int i = 0; i < answers.size(); i++) {
      AckResponse response = response(answers.get(i));
      if (response != null && response != AckResponse.SUCCESSFUL) {
        refused
            .computeIfAbsent(response, key -> new ArrayList<>())
            .add(deliveries.get(i).messageId());
      }
    }
    return refused;
  }

  private static @Nullable AckResponse response(ApiFuture<AckResponse> answer) {
    if (!answer.isDone()) {
      return null;
    }
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // not in waiting, since it is done
      return null;
    } catch (ExecutionException | CancellationException e) {
      return AckResponse.OTHER;
    }
  }
}
