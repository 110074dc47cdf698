package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.CompletedPart;

class PartLanesTest {
  private final PartLanes lanes = new PartLanes();
  private final List<CompletableFuture<CompletedPart>> making =
      Stream.generate(CompletableFuture<CompletedPart>::new).limit(3).toList();
  private final CompletableFuture<List<CompletedPart>> made = lanes.run(2, 3, making::get);

  private static CompletedPart part(int number) {
    return CompletedPart.builder().partNumber(number).build();
  }

  @Test
  void run_partsMadeInAnyOrder_hasThemInTheirs() {
    for (int index : new int[] {1, 0, 2}) {
      assertThat(made).isNotDone();
      making.get(index).complete(part(index + 1));
    }

    assertThat(made).isCompletedWithValue(List.of(part(1), part(2), part(3)));
  }

  @Test
  void run_severalFail_failsWithTheFirstFailureWhenAllLanesHaveEnded() {
    IllegalStateException first = new IllegalStateException("first");
    making.get(1).completeExceptionally(first);
    assertThat(lanes.hasFailed()).isTrue();
    assertThat(made).isNotDone();

    making.get(0).completeExceptionally(new IllegalStateException("that it has failed"));

    assertThat(made).isCompletedExceptionally();
    assertThat(made.handle((parts, cause) -> Failures.unwrap(cause)).join()).isSameAs(first);
  }
}
