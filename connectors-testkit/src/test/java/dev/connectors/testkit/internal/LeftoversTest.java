package dev.connectors.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeftoversTest {

  @Test
  void isAlive_thisProcess_is() {
    assertThat(Leftovers.isAlive(Leftovers.identity(ProcessHandle.current()))).isTrue();
  }

  @Test
  void isAlive_processIdUsedAgain_isNot() {
    assertThat(Leftovers.isAlive(ProcessHandle.current().pid() + "@1")).isFalse();
  }

  @Test
  void isAlive_noSuchProcess_isNot() {
    assertThat(Leftovers.isAlive(Long.MAX_VALUE + "@1")).isFalse();
  }
}
