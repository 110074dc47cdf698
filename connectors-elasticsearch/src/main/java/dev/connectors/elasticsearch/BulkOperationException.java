package dev.connectors.elasticsearch;

import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.bulk.OperationType;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a bulk was refused by Elasticsearch.
 *
 * <p>Neither message nor fields hold the document; but {@link #reason()} is Elasticsearch's own
 * text, which quotes the beginning of a value that does not fit the mapping. The message leaves
 * this quotation out. There is no stack trace, since it would show the connector's own threads
 * only.
 */
public final class BulkOperationException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final String PREVIEW = "Preview of field's value";

  private final String operation;
  private final String index;
  private final @Nullable String id;
  private final int status;
  private final @Nullable String errorType;
  private final @Nullable String reason;

  /** For the connector and for tests of code that handles this exception. */
  public BulkOperationException(
      String operation,
      String index,
      @Nullable String id,
      int status,
      @Nullable String errorType,
      @Nullable String reason) {
    super(message(operation, index, id, status, errorType, reason), null, true, false);
    this.operation = operation;
    this.index = index;
    this.id = id;
    this.status = status;
    this.errorType = errorType;
    this.reason = reason;
  }

  /**
   * Why an item that was emitted with {@link FailurePolicy#EMIT} was refused, or null if its
   * operation was carried out, or counts as done by {@link ConflictPolicy}.
   */
  public static @Nullable BulkOperationException of(BulkResponseItem item) {
    var error = item.error();
    boolean done =
        error == null
            && (item.status() < 300
                || item.status() == 409
                || (item.status() == 404 && item.operationType() == OperationType.Delete));
    return done
        ? null
        : new BulkOperationException(
            item.operationType().jsonValue(),
            item.index(),
            item.id(),
            item.status(),
            error == null ? null : error.type(),
            error == null ? null : error.reason());
  }

  private static String message(
      String operation,
      String index,
      @Nullable String id,
      int status,
      @Nullable String errorType,
      @Nullable String reason) {
    StringBuilder text = new StringBuilder(120).append(operation).append(" of ").append(index);
    if (id != null) {
      text.append('/').append(id);
    }
    text.append(" failed with status ").append(status);
    if (errorType != null) {
      text.append(", ").append(errorType);
    }
    if (reason != null) {
      int preview = reason.indexOf(PREVIEW);
      text.append(": ").append(preview < 0 ? reason : reason.substring(0, preview).strip());
    }
    return text.toString();
  }

  /** What was to be done: {@code index}, {@code create}, {@code update} or {@code delete}. */
  public String operation() {
    return operation;
  }

  /** The index that the operation was for. */
  public String index() {
    return index;
  }

  /** The id of the document, or null if Elasticsearch was to choose it. */
  public @Nullable String id() {
    return id;
  }

  /** The HTTP status of this operation, for example 400. */
  public int status() {
    return status;
  }

  /** Elasticsearch's name of the error, for example {@code document_parsing_exception}. */
  public @Nullable String errorType() {
    return errorType;
  }

  /** Elasticsearch's explanation, which can quote a value of the document. */
  public @Nullable String reason() {
    return reason;
  }
}
