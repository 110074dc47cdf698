package dev.connectors.csv.internal;

import dev.connectors.core.Committable;
import dev.connectors.core.internal.Composite.OpenSplit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows settle which chunk of bytes: all that have a byte in it. A row that reaches over
 * several chunks is part of each. Offsets are those of what is scanned, and rows come in their
 * order.
 */
final class ChunkCommits {
  private static final class Chunk {
    final long from;
    final long to;
    final OpenSplit rows;

    Chunk(long from, long to, Committable committable) {
      this.from = from;
      this.to = to;
      this.rows = new OpenSplit(committable);
    }
  }

  private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
  private long end;

  /**
   * The next chunk.
   *
   * @param length its bytes in what is scanned
   * @param isHeldBack whether some of its bytes are to come with the next chunk
   */
  void add(Committable committable, long length, boolean isHeldBack) {
    long from = end;
    end += length;
    chunks.add(new Chunk(from, isHeldBack ? end + 1 : end, committable));
  }

  /** What settles the row's share of its chunks. */
  Committable row(long from, long to) {
    covered(from);
    @Nullable Committable first = null;
    @Nullable List<Committable> all = null;
    for (Chunk chunk : chunks) {
      if (chunk.from >= to) {
        break;
      }
      Committable part = chunk.rows.part();
      if (first == null) {
        first = part;
      } else {
        if (all == null) {
          all = new ArrayList<>(List.of(first));
        }
        all.add(part);
      }
    }
    if (first == null) {
      throw new IllegalStateException("no chunk has the row at byte " + from);
    }
    return all == null ? first : Committable.all(all);
  }

  /** No further row begins before {@code offset}. */
  void covered(long offset) {
    while (!chunks.isEmpty() && chunks.peek().to <= offset) {
      chunks.remove().rows.end();
    }
  }

  /** There are no further rows. */
  void end() {
    covered(Long.MAX_VALUE);
  }
}
