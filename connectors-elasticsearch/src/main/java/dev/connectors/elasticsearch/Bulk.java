package dev.connectors.elasticsearch;

import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.DeleteOperation;
import co.elastic.clients.elasticsearch.core.bulk.IndexOperation;
import java.util.Objects;

/**
 * Bulk operations whose replay is harmless, for at-least-once sources.
 *
 * <p>All use version type {@code external_gte}: Elasticsearch refuses an operation that is older
 * than what it has, which is a harmless conflict ({@link ConflictPolicy#EXTERNAL_VERSION}), and
 * takes one of the same version, which overwrites the document with itself, or with the new outcome
 * of a pipeline that was corrected and run again. So neither order nor repetition matters, and
 * several bulks run at once even if they hold the same document.
 *
 * <p>Caveats:
 *
 * <ul>
 *   <li>Two different documents of the same id must not have the same version: which one stays
 *       would be left to chance.
 *   <li>Offsets are versions only while the key of a document stays in one partition of one topic.
 *       Where a topic is made anew or gets more partitions, use a version from the data, such as a
 *       sequence number or a time stamp.
 *   <li>Elasticsearch remembers the version of a deleted document for {@code index.gc_deletes}, 60
 *       s by default. An older operation that is replayed later brings the document back, until the
 *       replay reaches the deletion.
 *   <li>Data streams accept {@code create} alone and have no external versions: build {@code
 *       create} operations with an id and set {@link ConflictPolicy#EXTERNAL_VERSION_OR_CREATE}.
 * </ul>
 *
 * <p>The document is whatever the client's {@code JsonpMapper} can serialise; {@code BinaryData}
 * that holds JSON is sent as it is.
 *
 * @see <a
 *     href="https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk">Elasticsearch:
 *     bulk</a>
 */
public final class Bulk {
  private Bulk() {}

  /**
   * Indexes a document under the id {@code topic+partition+offset}, with the offset as its version:
   * every record of a log is a document of its own, once, however often it is replayed.
   *
   * @throws IllegalArgumentException if {@code partition} or {@code offset} is negative
   */
  public static BulkOperation index(
      String index, String topic, int partition, long offset, Object document) {
    Objects.requireNonNull(topic, "topic");
    if (partition < 0) {
      throw new IllegalArgumentException("partition is " + partition + ", allowed is at least 0");
    }
    if (offset < 0) {
      throw new IllegalArgumentException("offset is " + offset + ", allowed is at least 0");
    }
    return write(index, topic + '+' + partition + '+' + offset, offset, document);
  }

  /**
   * Creates the document or replaces it as a whole, unless the index has a newer version: the last
   * writer wins, by version.
   *
   * @throws IllegalArgumentException if {@code version} is negative
   */
  public static BulkOperation upsert(String index, String id, long version, Object document) {
    return write(index, id, checked(version), document);
  }

  /**
   * Deletes the document, unless the index has a newer version. Deleting what is not there is no
   * error.
   *
   * @throws IllegalArgumentException if {@code version} is negative
   */
  public static BulkOperation delete(String index, String id, long version) {
    return new DeleteOperation.Builder()
        .index(Objects.requireNonNull(index, "index"))
        .id(Objects.requireNonNull(id, "id"))
        .version(checked(version))
        .versionType(VersionType.ExternalGte)
        .build()
        ._toBulkOperation();
  }

  private static BulkOperation write(String index, String id, long version, Object document) {
    return new IndexOperation.Builder<>()
        .index(Objects.requireNonNull(index, "index"))
        .id(Objects.requireNonNull(id, "id"))
        .version(version)
        .versionType(VersionType.ExternalGte)
        .document(Objects.requireNonNull(document, "document"))
        .build()
        ._toBulkOperation();
  }

  private static long checked(long version) {
    if (version < 0) {
      throw new IllegalArgumentException("version is " + version + ", allowed is at least 0");
    }
    return version;
  }
}
