package dev.connectors.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.core.Committable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.pekko.Done;

class ChunkCommitsTest {
  private static final class Mark implements Committable {
    int commits;

    @Override
    public CompletionStage<Done> commit() {
      commits++;
      return CompletableFuture.completedFuture(Done.getInstance());
    }

    @Override
    public CompletionStage<Done> reject(Throwable cause) {
      return CompletableFuture.failedFuture(cause);
    }
  }

  private record Part(long from, long to, Committable committable) {}

  /** Each chunk is settled once, by the last of the records that have a byte in it. */
  @Property(tries = 2_000)
  void record_anyChunksAndRecords_settleEachChunkWithItsLastRecord(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 9) Integer> lengths,
      @ForAll @Size(max = 30) List<@IntRange(min = 1, max = 12) Integer> partLengths,
      @ForAll @IntRange(max = 3) int gap,
      @ForAll Random random) {
    ChunkCommits commits = new ChunkCommits();
    List<Mark> marks = new ArrayList<>();
    List<long[]> ranges = new ArrayList<>();
    long end = 0;
    for (int length : lengths) {
      Mark mark = new Mark();
      commits.add(mark, length, false);
      marks.add(mark);
      ranges.add(new long[] {end, end + length});
      end += length;
    }
    List<Part> parts = new ArrayList<>();
    long at = 0;
    for (int length : partLengths) {
      long from = at + random.nextInt(gap + 1);
      if (from + length > end) {
        break;
      }
      parts.add(new Part(from, from + length, commits.record(from, from + length)));
      at = from + length;
    }
    commits.end();

    List<Part> open = new ArrayList<>(parts);
    Collections.shuffle(parts, random);
    assertSettled(marks, ranges, open);
    for (Part part : parts) {
      part.committable().commit();
      open.remove(part);
      assertSettled(marks, ranges, open);
    }
  }

  private static void assertSettled(List<Mark> marks, List<long[]> ranges, List<Part> open) {
    for (int i = 0; i < marks.size(); i++) {
      long[] range = ranges.get(i);
      boolean isOpen = open.stream().anyMatch(part -> part.from < range[1] && part.to > range[0]);
      assertThat(marks.get(i).commits).as("chunk %d", i).isEqualTo(isOpen ? 0 : 1);
    }
  }
}
