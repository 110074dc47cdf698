package dev.connectors.core.internal;

import dev.connectors.core.Committable;
import dev.connectors.core.internal.Composite.OpenSplit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which records, of whatever format, settle which chunk of bytes: all that have a byte in it. A
 * record that reaches over several chunks is part of each. Offsets are those of what is scanned,
 * and records come in their order.
 */
public final class ChunkCommits {
  private static final class Chunk {
    final long from;
    final long to;
    final OpenSplit records;

    Chunk(long from, long to, Committable committable) {
      this.from = from;
      this.to = to;
      this.records = new OpenSplit(committable);
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
  public void add(Committable committable, long length, boolean isHeldBack) {
    long from = end;
    end += length;
    chunks.add(new Chunk(from, isHeldBack ? end + 1 : end, committable));
  }

  /** What settles the record's share of its chunks; one without bytes has none. */
  public Committable record(long from, long to) {
    covered(from);
    if (from == to) {
      return Committable.all(List.of());
    }
    @Nullable Committable first = null;
    @Nullable List<Committable> all = null;
    for (Chunk chunk : chunks) {
      if (chunk.from >= to) {
        break;
      }
      Committable part = chunk.records.part();
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
      throw new IllegalStateException("no chunk has the record at byte " + from);
    }
    return all == null ? first : Committable.all(all);
  }

  /** No further record begins before {@code offset}. */
  public void covered(long offset) {
    while (!chunks.isEmpty() && chunks.peek().to <= offset) {
      chunks.remove().records.end();
    }
  }

  /** There are no further records. */
  public void end() {
    covered(Long.MAX_VALUE);
  }
}
