package dev.connectors.testkit.internal.chaos;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Distinct texts, numbered from 0 in the order in which they came: about 20 bytes for each beside
 * its own. Not thread-safe.
 */
public final class Texts {
  /** No such text. */
  public static final int ABSENT = -1;

  private static final int CHUNK = 1 << 20;

  private byte[][] chunks = new byte[1][CHUNK];
  private int inLast;

  /** Where each text begins; the one behind the last is where it ends. */
  private long[] starts = new long[1024];

  /** Open addressing: the number of a text plus 1, or 0. */
  private int[] slots = new int[2048];

  private int size;

  /** The number of {@code text}, a new one if it is new. */
  public int add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int slot = slot(bytes);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    append(bytes);
    slots[slot] = size;
    if (size * 2L > slots.length) {
      rehash();
    }
    return size - 1;
  }

  /** The number of {@code text}, or {@link #ABSENT}. */
  public int find(String text) {
    return slots[slot(text.getBytes(StandardCharsets.UTF_8))] - 1;
  }

  /** The text of that number. */
  public String get(int number) {
    byte[] bytes = new byte[length(number)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = at(starts[number] + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  private int length(int number) {
    return (int) (starts[number + 1] - starts[number]);
  }

  private byte at(long position) {
    return chunks[(int) (position / CHUNK)][(int) (position % CHUNK)];
  }

  private void append(byte[] bytes) {
    if (size + 2 > starts.length) {
      starts = Arrays.copyOf(starts, starts.length * 2);
    }
    for (byte b : bytes) {
      if (inLast == CHUNK) {
        chunks = Arrays.copyOf(chunks, chunks.length + 1);
        chunks[chunks.length - 1] = new byte[CHUNK];
        inLast = 0;
      }
      chunks[chunks.length - 1][inLast++] = b;
    }
    starts[size + 1] = starts[size] + bytes.length;
    size++;
  }

  /** Where {@code bytes} is, or belongs. */
  private int slot(byte[] bytes) {
    int slot = spread(Arrays.hashCode(bytes)) & (slots.length - 1);
    while (slots[slot] != 0 && !isEqual(slots[slot] - 1, bytes)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private boolean isEqual(int number, byte[] bytes) {
    if (length(number) != bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (at(starts[number] + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private void rehash() {
    slots = new int[slots.length * 2];
    for (int number = 0; number < size; number++) {
      int hash = 1;
      for (long i = starts[number]; i < starts[number + 1]; i++) {
        hash = 31 * hash + at(i); // as Arrays.hashCode
      }
      int slot = spread(hash) & (slots.length - 1);
      while (slots[slot] != 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = number + 1;
    }
  }

  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ (mixed >>> 16);
  }
}
