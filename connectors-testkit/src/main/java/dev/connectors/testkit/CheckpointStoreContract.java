package dev.connectors.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.connectors.core.CheckpointStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link CheckpointStore} promises, as tests: extend it and tell it how to open your
 * store. For JUnit 5.
 *
 * <p>That a value survives a kill is shown by a test of your own, with {@link
 * dev.connectors.testkit.chaos.ForkedPipeline}: save numbers in a row, print each that is saved,
 * kill the process, and load one that is at least the last that was printed.
 */
public abstract class CheckpointStoreContract {
  private static final byte[] ONE = bytes("one");
  private static final byte[] TWO = bytes("two, which is longer");

  /** Called before each test: nothing is stored from now on. */
  protected abstract void fresh() throws Exception;

  /** Opens the store: each time another instance, on the same place. */
  protected abstract CheckpointStore open() throws Exception;

  @BeforeEach
  void start() throws Exception {
    fresh();
  }

  @Test
  void load_nothingSaved_isEmpty() throws Exception {
    assertEquals(Optional.empty(), open().load("orders"));
  }

  @Test
  void save_thenLoad_givesTheValue() throws Exception {
    CheckpointStore store = open();

    store.save("orders", ONE);

    assertStored(ONE, store, "orders");
  }

  @Test
  void save_again_replacesTheValue() throws Exception {
    CheckpointStore store = open();

    store.save("orders", TWO);
    store.save("orders", ONE);

    assertStored(ONE, store, "orders");
  }

  @Test
  void save_thenOpenedAnew_isThere() throws Exception {
    open().save("orders", ONE);

    assertStored(ONE, open(), "orders");
  }

  @Test
  void save_arrayChangedLater_keepsTheValue() throws Exception {
    CheckpointStore store = open();
    byte[] value = ONE.clone();

    store.save("orders", value);
    Arrays.fill(value, (byte) 0);
    Arrays.fill(store.load("orders").orElseThrow(), (byte) 0);

    assertStored(ONE, store, "orders");
  }

  @Test
  void save_anyBytes_givesThemBack() throws Exception {
    CheckpointStore store = open();
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    byte[] large = new byte[1 << 20];
    new Random(7).nextBytes(large);

    for (byte[] value : List.of(new byte[0], new byte[1], bytes("\n"), all, large)) {
      store.save("orders", value);

      assertStored(value, open(), "orders");
    }
  }

  @Test
  void save_tooLarge_isRefusedAndKeepsTheValue() throws Exception {
    CheckpointStore store = open();
    store.save("orders", ONE);

    assertThrows(
        IllegalArgumentException.class,
        () -> store.save("orders", new byte[CheckpointStore.MAX_BYTES + 1]));

    assertStored(ONE, store, "orders");
  }

  @Test
  void save_blankName_isRefused() throws Exception {
    CheckpointStore store = open();

    assertThrows(IllegalArgumentException.class, () -> store.save(" ", ONE));
    assertThrows(IllegalArgumentException.class, () -> store.load(""));
  }

  @Test
  void save_anyNames_areIndependent() throws Exception {
    CheckpointStore store = open();
    List<String> names =
        List.of(
            "a",
            "a.b",
            "a b",
            "a/b",
            "a%2Fb",
            "..",
            ".",
            "../a",
            "C:\\a",
            "a\nb",
            "ä€😀",
            "a.checkpoint",
            "a".repeat(200));

    for (String name : names) {
      store.save(name, bytes("of " + name));
    }
    store.delete("a");

    assertEquals(Optional.empty(), open().load("a"));
    for (String name : names.subList(1, names.size())) {
      assertStored(bytes("of " + name), open(), name);
    }
  }

  @Test
  void delete_saved_isGone() throws Exception {
    CheckpointStore store = open();
    store.save("orders", ONE);

    store.delete("orders");
    store.delete("orders");

    assertEquals(Optional.empty(), store.load("orders"));
    assertEquals(Optional.empty(), open().load("orders"));
    store.save("orders", TWO);
    assertStored(TWO, open(), "orders");
  }

  @Test
  void save_onManyThreads_eachNameHasItsLastValue() throws Exception {
    CheckpointStore store = open();
    List<CompletableFuture<Void>> threads = new ArrayList<>();

    for (int thread = 0; thread < 4; thread++) {
      String name = "thread-" + thread;
      threads.add(CompletableFuture.runAsync(() -> count(store, name)));
    }
    for (CompletableFuture<Void> thread : threads) {
      thread.get(60, TimeUnit.SECONDS);
    }

    for (int thread = 0; thread < 4; thread++) {
      assertStored(number(49), open(), "thread-" + thread);
    }
  }

  private static void count(CheckpointStore store, String name) {
    try {
      for (int i = 0; i < 50; i++) {
        store.save(name, number(i));
        assertStored(number(i), store, name);
      }
    } catch (Exception e) {
      throw new AssertionError(name, e);
    }
  }

  private static void assertStored(byte[] expected, CheckpointStore store, String name)
      throws Exception {
    assertArrayEquals(expected, store.load(name).orElse(null), name);
  }

  private static byte[] number(int i) {
    return ByteBuffer.allocate(4).putInt(i).array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
