package dev.connectors.kafka;

import static dev.connectors.kafka.FakeCluster.P0;
import static dev.connectors.kafka.FakeCluster.P1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SubscriptionTest {

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void topics_none_isRefused() {
    assertRefused(Subscription::topics, "topics is empty, allowed is at least one name");
    assertRefused(
        () -> Subscription.topics(List.of()), "topics is empty, allowed is at least one name");
  }

  @Test
  void topics_blankName_isRefused() {
    assertRefused(
        () -> Subscription.topics("orders", " "),
        "topic is ' ', allowed is a text that is not blank");
  }

  @Test
  void topics_sameTwice_countsOnce() {
    assertThat(Subscription.topics("b", "a", "b"))
        .isEqualTo(Subscription.topics("a", "b"))
        .hasToString("a,b");
  }

  @Test
  void pattern_malformed_isRefused() {
    assertThatThrownBy(() -> Subscription.pattern("(")).isInstanceOf(PatternSyntaxException.class);
    assertThat(Subscription.pattern("ord.*")).hasToString("ord.*");
  }

  @Test
  void assignment_none_isRefused() {
    String message = "partitions is empty, allowed is at least one partition";
    assertRefused(Subscription::assignment, message);
    assertRefused(() -> Subscription.assignmentWithOffsets(Map.of()), message);
    assertRefused(() -> Subscription.assignmentWithTimestamps(Map.of()), message);
  }

  @Test
  void assignment_negativeOffset_isRefused() {
    assertRefused(
        () -> Subscription.assignmentWithOffsets(Map.of(P0, -1L)),
        "offset of orders-0 is -1, allowed is at least 0");
  }

  @Test
  void assignment_partitions_areShownInOrder() {
    assertThat(Subscription.assignment(P1, P0)).hasToString("[orders-0, orders-1]");
  }

  @Test
  void assignmentWithTimestamps_instants_becomeMilliseconds() {
    Subscription subscription =
        Subscription.assignmentWithTimestamps(Map.of(P0, Instant.ofEpochSecond(1)));
    assertThat(subscription)
        .isInstanceOfSatisfying(
            Subscription.Assignment.class,
            assignment -> assertThat(assignment.timestampsInMillis()).isEqualTo(Map.of(P0, 1000L)));
  }
}
