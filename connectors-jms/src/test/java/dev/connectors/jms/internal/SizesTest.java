package dev.connectors.jms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SizesTest {
  private final Sizes sizes = new Sizes();

  @Test
  void sum_addedAndRemovedInOrder_isThatOfTheRest() {
    long expected = 0;
    int oldest = 0;
    for (int i = 0; i < 1_000; i++) { // grows while it is in use, and goes round
      sizes.add(i);
      expected += i;
      if (i % 3 == 2) {
        sizes.remove(2);
        expected -= 2L * oldest + 1;
        oldest += 2;
      }
      assertThat(sizes.sum()).isEqualTo(expected);
    }
    sizes.remove(1_000 - oldest);
    assertThat(sizes.sum()).isZero();
  }

  @Test
  void clear_some_leavesNone() {
    sizes.add(7);
    sizes.clear();
    sizes.add(2);
    sizes.remove(1);

    assertThat(sizes.sum()).isZero();
  }
}
