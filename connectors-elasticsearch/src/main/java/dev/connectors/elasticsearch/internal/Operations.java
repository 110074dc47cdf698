package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperationBase;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.bulk.CreateOperation;
import co.elastic.clients.elasticsearch.core.bulk.IndexOperation;
import co.elastic.clients.elasticsearch.core.bulk.OperationType;
import co.elastic.clients.elasticsearch.core.bulk.UpdateOperation;
import co.elastic.clients.elasticsearch.core.bulk.WriteOperation;
import co.elastic.clients.json.JsonpMapper;
import co.elastic.clients.util.BinaryData;
import dev.connectors.elasticsearch.BulkOperationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What the connector needs to know of a bulk operation, and the operation in serialised form. */
final class Operations {
  /** Braces, quotes, the names of the keys and two line ends, roughly. */
  private static final int METADATA_BYTES = 80;

  /** A document that must not change in two requests at once. */
  record DocumentKey(@Nullable String index, String id) {}

  private Operations() {}

  /**
   * The same operation with its document as bytes. The client's own {@code rebuild()} is of no use
   * here: in 8.19 it drops index, id and version.
   */
  static BulkOperation serialised(BulkOperation operation, JsonpMapper mapper) {
    return switch (operation._kind()) {
      case Index -> {
        IndexOperation<?> index = operation.index();
        Object document = index.document();
        BinaryData data = binary(document, mapper);
        yield data == document
            ? operation
            : new BulkOperation(
                copy(index, new IndexOperation.Builder<BinaryData>()).document(data).build());
      }
      case Create -> {
        CreateOperation<?> create = operation.create();
        Object document = create.document();
        BinaryData data = binary(document, mapper);
        yield data == document
            ? operation
            : new BulkOperation(
                copy(create, new CreateOperation.Builder<BinaryData>()).document(data).build());
      }
      case Update -> {
        UpdateOperation<?, ?> update = operation.update();
        Object action = update.binaryAction() != null ? update.binaryAction() : update.action();
        if (action == null) {
          throw new IllegalArgumentException("an update operation has no action");
        }
        BinaryData data = binary(action, mapper);
        yield data == action
            ? operation
            : new BulkOperation(
                copyBase(update, new UpdateOperation.Builder<Object, Object>())
                    .requireAlias(update.requireAlias())
                    .retryOnConflict(update.retryOnConflict())
                    .binaryAction(data)
                    .build());
      }
      default -> operation;
    };
  }

  private static <B extends WriteOperation.AbstractBuilder<B>> B copy(WriteOperation from, B to) {
    if (!from.dynamicTemplates().isEmpty()) {
      to.dynamicTemplates(from.dynamicTemplates());
    }
    return copyBase(from, to).pipeline(from.pipeline()).requireAlias(from.requireAlias());
  }

  private static <B extends BulkOperationBase.AbstractBuilder<B>> B copyBase(
      BulkOperationBase from, B to) {
    return to.id(from.id())
        .index(from.index())
        .routing(from.routing())
        .ifPrimaryTerm(from.ifPrimaryTerm())
        .ifSeqNo(from.ifSeqNo())
        .version(from.version())
        .versionType(from.versionType());
  }

  private static BinaryData binary(Object document, JsonpMapper mapper) {
    return document instanceof BinaryData data ? oneLine(data) : BinaryData.of(document, mapper);
  }

  /**
   * A line end in a document would end its line of the bulk, and what follows would be read as an
   * operation. Line ends can stand only between the tokens of JSON, where a blank does as well.
   */
  private static BinaryData oneLine(BinaryData data) {
    try {
      BinaryData repeatable = data;
      if (!data.isRepeatable()) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        data.writeTo(bytes);
        repeatable = BinaryData.of(bytes.toByteArray(), data.contentType());
      }
      ByteBuffer buffer = repeatable.asByteBuffer();
      for (int i = buffer.position(); i < buffer.limit(); i++) {
        if (buffer.get(i) == '\n') {
          return blanked(buffer, data.contentType());
        }
      }
      return repeatable;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BinaryData blanked(ByteBuffer buffer, String contentType) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        bytes[i] = ' ';
      }
    }
    return BinaryData.of(bytes, contentType);
  }

  /** The size in a request, roughly, of an operation that is serialised. */
  static long bytes(BulkOperation serialised) {
    return switch (serialised._kind()) {
      case Index -> bytes(serialised.index(), serialised.index().document());
      case Create -> bytes(serialised.create(), serialised.create().document());
      case Update -> bytes(serialised.update(), serialised.update().binaryAction());
      default -> bytes(serialised.delete(), null);
    };
  }

  private static long bytes(BulkOperationBase operation, @Nullable Object document) {
    return METADATA_BYTES
        + length(operation.index())
        + length(operation.id())
        + length(operation.routing())
        + (document instanceof BinaryData data ? Math.max(0, data.size()) : 0);
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** The document that this operation must not overtake, or null if its order is of no account. */
  static @Nullable DocumentKey guarded(BulkOperation operation) {
    BulkOperationBase base = base(operation);
    String id = base.id();
    return id == null || isVersionedExternally(base) ? null : new DocumentKey(base.index(), id);
  }

  static boolean isVersionedExternally(BulkOperation operation) {
    return isVersionedExternally(base(operation));
  }

  private static boolean isVersionedExternally(BulkOperationBase operation) {
    VersionType type = operation.versionType();
    return type == VersionType.External || type == VersionType.ExternalGte;
  }

  static boolean isCreateWithId(BulkOperation operation) {
    return operation.isCreate() && operation.create().id() != null;
  }

  private static BulkOperationBase base(BulkOperation operation) {
    return (BulkOperationBase) operation._get();
  }

  static BulkOperationException exception(BulkOperation operation, BulkResponseItem item) {
    var error = item.error();
    return new BulkOperationException(
        operation._kind().jsonValue(),
        item.index(),
        item.id() != null ? item.id() : base(operation).id(),
        item.status(),
        error == null ? null : error.type(),
        error == null ? null : error.reason());
  }

  /** The item of an operation that counts as done: without an error, which tells what does not. */
  static BulkResponseItem done(BulkResponseItem item) {
    return item.error() == null
        ? item
        : BulkResponseItem.of(
            done ->
                done.operationType(item.operationType())
                    .index(item.index())
                    .id(item.id())
                    .status(item.status()));
  }

  /** What Elasticsearch would have answered, had it not refused the request as a whole. */
  static BulkResponseItem tooLarge(BulkOperation operation) {
    BulkOperationBase base = base(operation);
    long bytes = bytes(operation);
    String index = base.index();
    return BulkResponseItem.of(
        item ->
            item.operationType(type(operation))
                .index(index == null ? "" : index)
                .id(base.id())
                .status(413)
                .error(
                    error ->
                        error
                            .type("request_entity_too_large")
                            .reason(
                                "the server takes no request of this size, about "
                                    + bytes
                                    + " bytes")));
  }

  private static OperationType type(BulkOperation operation) {
    return switch (operation._kind()) {
      case Index -> OperationType.Index;
      case Create -> OperationType.Create;
      case Update -> OperationType.Update;
      default -> OperationType.Delete;
    };
  }
}
