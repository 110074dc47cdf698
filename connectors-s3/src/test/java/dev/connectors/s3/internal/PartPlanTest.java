package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PartPlanTest {
  private static final long MIB = 1L << 20;
  private static final long TIB = 1L << 40;

  @Test
  void size_lengthUnknown_reachesFiveTebibytesInTenThousandParts() {
    for (long partSize : new long[] {5 * MIB, 8 * MIB, 64 * MIB, 512 * MIB}) {
      PartPlan plan = new PartPlan(partSize, -1);
      long size = 0;
      for (int number = 1; number <= PartPlan.MAX_PARTS; number++) {
        long part = plan.size(number, size);
        assertThat(part).isBetween(partSize, 5120 * MIB);
        size += part;
      }
      assertThat(size).isGreaterThanOrEqualTo(5 * TIB);
    }
  }

  @Test
  void size_lengthUnknown_staysForTenGigabytesAndGrowsSlowly() {
    PartPlan plan = new PartPlan(8 * MIB, -1);

    assertThat(plan.size(1, 0)).isEqualTo(8 * MIB);
    assertThat(plan.size(1_250, 1_249 * 8 * MIB)).isEqualTo(8 * MIB);
    assertThat(plan.size(3_000, 50_000 * MIB)).isEqualTo(40 * MIB);
  }

  @Test
  void size_lengthKnown_isTheSameForAllParts() {
    assertThat(new PartPlan(8 * MIB, 100 * MIB).size(7, 48 * MIB)).isEqualTo(8 * MIB);
    PartPlan large = new PartPlan(8 * MIB, 5 * TIB);
    assertThat(large.size(1, 0)).isEqualTo(large.size(9_000, 4 * TIB)).isEqualTo(525 * MIB);
    assertThat(large.size(1, 0) * PartPlan.MAX_PARTS).isGreaterThanOrEqualTo(5 * TIB);
  }

  @Test
  void size_tooManyParts_isRefused() {
    assertThatThrownBy(() -> new PartPlan(8 * MIB, -1).size(10_001, 80_000 * MIB))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the object is too large");
  }
}
