package dev.connectors.benchmarks.sidebyside.cases;

import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.WrongResult;

/**
 * What every contender does with every item of an answer: count it, and see that it was created.
 * Every 1,000th is seen to be the one that is due. Of one thread at a time.
 */
final class ItemCheck {
  private static final int CREATED = 201;

  private final Meter meter;
  private long count;

  ItemCheck(Meter meter) {
    this.meter = meter;
  }

  /**
   * @param numbered whether the documents' ids are their numbers
   */
  void accept(BulkResponseItem item, boolean numbered) {
    if (item.status() != CREATED) {
      throw new WrongResult("status " + item.status());
    }
    if (count % 1000 == 0) {
      meter.progress(count);
      if (numbered) {
        WrongResult.check("document", String.valueOf(item.id()), String.valueOf(count));
      }
    }
    count++;
  }

  /** To be called when nothing can come any more. */
  void verify(long expected) {
    WrongResult.check("confirmed documents", count, expected);
  }
}
