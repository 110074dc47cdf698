package dev.connectors.testkit.chaos;

import dev.connectors.testkit.internal.chaos.Texts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was sent into a pipeline, and what of it was acknowledged: that must not be lost.
 *
 * <pre>{@code
 * ledger.sent(id, key, payload);
 * producer.send(record, (metadata, failure) -> {
 *   if (failure == null) {
 *     ledger.acknowledged(id);
 *   }
 * });
 * }</pre>
 *
 * <p>What was sent and never acknowledged may have arrived or not: both are right.
 *
 * <p>Each input has an id of its own. Inputs of one key are to be sent, and told to the ledger, in
 * the order that the sink should see. Of the payload only a 64-bit hash is kept: an input takes
 * about 40 bytes of memory and its id, a new key about 20 and its text. The ledger takes 10 million
 * inputs unless {@link #withCapacity} says otherwise. Thread-safe. What it throws in a callback,
 * where a client may swallow it, makes the {@link ChaosReport} fail as well.
 */
public final class Ledger {
  private static final int DEFAULT_CAPACITY = 10_000_000;

  private final int capacity;
  private final Texts ids = new Texts();
  private final Texts keys = new Texts();
  private int[] keyOf = new int[1024];
  private long[] payloadOf = new long[1024];
  private boolean[] isAcknowledged = new boolean[1024];
  private long acknowledged;
  private @Nullable String misuse;

  private Ledger(int capacity) {
    this.capacity = capacity;
  }

  /** An empty one, for 10 million inputs. */
  public static Ledger create() {
    return withCapacity(DEFAULT_CAPACITY);
  }

  /** An empty one, for as many inputs. */
  public static Ledger withCapacity(int inputs) {
    if (inputs < 1) {
      throw new IllegalArgumentException("inputs = " + inputs + ": at least 1 is allowed");
    }
    return new Ledger(inputs);
  }

  /**
   * An input is about to be sent.
   *
   * @throws IllegalStateException if the ledger is full
   * @throws IllegalArgumentException if the id was sent before
   */
  public void sent(String id, String key, byte[] payload) {
    record(id, key, hash(payload), false);
  }

  /** As {@link #sent(String, String, byte[])}, with a text as the payload. */
  public void sent(String id, String key, String payload) {
    sent(id, key, payload.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An input that was {@link #sent} is acknowledged; again changes nothing.
   *
   * @throws IllegalArgumentException if it wasn't sent
   */
  public synchronized void acknowledged(String id) {
    int input = ids.find(id);
    if (input == Texts.ABSENT) {
      throw misused(new IllegalArgumentException(id + " was acknowledged and never sent"));
    }
    if (!isAcknowledged[input]) {
      isAcknowledged[input] = true;
      acknowledged++;
    }
  }

  /**
   * An input was sent and is acknowledged, in one: for ids that only the acknowledgement gives. The
   * pipeline may only be judged when all inputs are acknowledged.
   *
   * @throws IllegalStateException if the ledger is full
   * @throws IllegalArgumentException if the id was sent before
   */
  public void acknowledged(String id, String key, byte[] payload) {
    record(id, key, hash(payload), true);
  }

  /** How many inputs were sent. */
  public synchronized long sent() {
    return ids.size();
  }

  /** How many inputs are acknowledged. */
  public synchronized long acknowledged() {
    return acknowledged;
  }

  private synchronized void record(String id, String key, long payload, boolean acknowledge) {
    int input = ids.size();
    if (input == capacity) {
      throw misused(new IllegalStateException("The ledger is full: " + capacity + " inputs"));
    }
    if (ids.add(id) != input) {
      throw misused(new IllegalArgumentException(id + " was sent twice"));
    }
    if (input == keyOf.length) {
      keyOf = Arrays.copyOf(keyOf, input * 2);
      payloadOf = Arrays.copyOf(payloadOf, input * 2);
      isAcknowledged = Arrays.copyOf(isAcknowledged, input * 2);
    }
    keyOf[input] = keys.add(key);
    payloadOf[input] = payload;
    isAcknowledged[input] = acknowledge;
    acknowledged += acknowledge ? 1 : 0;
  }

  private <T extends RuntimeException> T misused(T failure) {
    if (misuse == null) {
      misuse = failure.getMessage();
    }
    return failure;
  }

  /** How the ledger was used wrongly first, so that it proves nothing. */
  synchronized @Nullable String misuse() {
    return misuse;
  }

  /** The input's number, in the order of sending; or -1. */
  synchronized int find(String id) {
    return ids.find(id);
  }

  synchronized String id(int input) {
    return ids.get(input);
  }

  synchronized String key(int input) {
    return keys.get(keyOf[input]);
  }

  /** The number of the input's key. */
  synchronized int keyNumber(int input) {
    return keyOf[input];
  }

  synchronized boolean isAcknowledged(int input) {
    return isAcknowledged[input];
  }

  synchronized boolean hasPayload(int input, long hash) {
    return payloadOf[input] == hash;
  }

  static long hash(byte[] payload) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(payload)).getLong();
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
