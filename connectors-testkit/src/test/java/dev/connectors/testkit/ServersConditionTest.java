package dev.connectors.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;

class ServersConditionTest {

  @Test
  void takesPubSub_parameterOfTestMethod_isOfThatTestAlone() throws Exception {
    assertThat(ServersCondition.takesPubSub(InTest.class)).isFalse();
    assertThat(
            ServersCondition.takesPubSub(
                InTest.class.getDeclaredMethod("takes", KafkaServer.class, PubSubServer.class)))
        .isTrue();
    assertThat(
            ServersCondition.takesPubSub(
                InTest.class.getDeclaredMethod("takesNot", KafkaServer.class)))
        .isFalse();
  }

  @Test
  void takesPubSub_parameterOfConstructorOrAroundTests_isOfTheClass() {
    assertThat(ServersCondition.takesPubSub(InConstructor.class)).isTrue();
    assertThat(ServersCondition.takesPubSub(BeforeEachTest.class)).isTrue();
    assertThat(ServersCondition.takesPubSub(Inherits.class)).isTrue();
  }

  @Test
  void evaluate_unavailable_disablesWithTheReason() {
    ConditionEvaluationResult result = ServersCondition.evaluate(Optional.of("none is installed"));

    assertThat(result.isDisabled()).isTrue();
    assertThat(result.getReason()).contains("none is installed");
    assertThat(ServersCondition.evaluate(Optional.empty()).isDisabled()).isFalse();
  }

  @SuppressWarnings("unused") // by reflection
  private static final class InTest {
    void takes(KafkaServer kafka, PubSubServer pubSub) {}

    void takesNot(KafkaServer kafka) {}
  }

  @SuppressWarnings("unused") // by reflection
  private static final class InConstructor {
    InConstructor(PubSubServer pubSub) {}
  }

  @SuppressWarnings("unused") // by reflection
  private static class BeforeEachTest {
    @BeforeEach
    void start(PubSubServer pubSub) {}
  }

  private static final class Inherits extends BeforeEachTest {}
}
