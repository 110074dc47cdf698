package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What every contender does with every message it receives: see that they come in order and without
 * gaps, and add up the bytes. Starts the clock. Of one thread at a time.
 */
final class MessageCheck {
  private static final int SHOWN_EVERY = 100;

  private final Meter meter;
  private final CompletableFuture<Long> last = new CompletableFuture<>();
  private long count;
  private long bytes;

  MessageCheck(Meter meter) {
    this.meter = meter;
  }

  void accept(Message message) throws JMSException {
    if (count == 0) {
      meter.begin();
    }
    long number = message.getLongProperty("number");
    if (number != count) {
      throw new WrongResult("message %d instead of %d".formatted(number, count));
    }
    bytes += ((BytesMessage) message).getBodyLength();
    count++;
    if (count % SHOWN_EVERY == 0) {
      meter.progress(count);
    }
    if (count == meter.records()) {
      last.complete(count);
    }
  }

  long count() {
    return count;
  }

  boolean isComplete() {
    return count >= meter.records();
  }

  /** Completes with the last message; fails when {@code stream} does before. */
  CompletionStage<Long> lastOr(CompletionStage<?> stream) {
    stream.whenComplete(
        (done, cause) -> {
          if (cause != null) {
            last.completeExceptionally(cause);
          }
        });
    return last;
  }

  /** To be called when nothing can come any more. */
  void verify() {
    WrongResult.check("messages", count, meter.records());
    WrongResult.check("bytes", bytes, meter.records() * JmsBrokers.BYTES);
  }
}
