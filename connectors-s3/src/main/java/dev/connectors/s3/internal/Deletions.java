package dev.connectors.s3.internal;

import dev.connectors.s3.S3DeleteException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Deletes batches of objects; of a batch, only what failed in passing is sent again. */
final class Deletions {
  private final S3AsyncClient client;
  private final DeleteObjectsRequest given;
  private final Retrying retrying;

  Deletions(S3AsyncClient client, DeleteObjectsRequest given, Retrying retrying) {
    this.client = client;
    this.given = given;
    this.retrying = retrying;
  }

  /**
   * @throws IllegalArgumentException if {@code given} has no bucket, or names objects
   */
  static void check(DeleteObjectsRequest given) {
    if (given.bucket() == null) {
      throw new IllegalArgumentException("the request to delete objects has no bucket");
    }
    if (given.delete() != null) {
      throw new IllegalArgumentException(
          "the request to delete objects names some: they come from the stream");
    }
  }

  /** What S3 says of each, in the order of {@code batch}. */
  CompletableFuture<List<DeletedObject>> delete(List<ObjectIdentifier> batch) {
    Map<Name, ObjectIdentifier> left = new LinkedHashMap<>();
    for (ObjectIdentifier object : batch) {
      left.put(new Name(object.key(), object.versionId()), object);
    }
    Map<Name, DeletedObject> done = new HashMap<>();
    return retrying
        .call(
            () ->
                client
                    .deleteObjects(request(left.values()))
                    .thenApply(response -> settle(response, left, done)))
        .thenApply(all -> inOrder(batch, all));
  }

  private DeleteObjectsRequest request(Iterable<ObjectIdentifier> objects) {
    List<ObjectIdentifier> list = new ArrayList<>();
    objects.forEach(list::add);
    return given.toBuilder().delete(delete -> delete.objects(list).quiet(false)).build();
  }

  private static Map<Name, DeletedObject> settle(
      DeleteObjectsResponse response,
      Map<Name, ObjectIdentifier> left,
      Map<Name, DeletedObject> done) {
    for (DeletedObject deleted : response.deleted()) {
      Name name = new Name(deleted.key(), deleted.versionId());
      if (!left.containsKey(name)) {
        name = name.otherwise();
      }
      if (left.remove(name) != null) {
        done.put(name, deleted);
      }
    }
    S3DeleteException passing = null;
    for (S3Error error : response.errors()) {
      S3DeleteException failure =
          new S3DeleteException(error.key(), error.versionId(), error.code(), error.message());
      if (!Failures.isTransient(failure)) {
        throw failure;
      }
      passing = failure;
    }
    if (passing != null) {
      throw passing;
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException(
          "the server said nothing of %d objects that were to be deleted".formatted(left.size()));
    }
    return done;
  }

  private static List<DeletedObject> inOrder(
      List<ObjectIdentifier> batch, Map<Name, DeletedObject> done) {
    List<DeletedObject> results = new ArrayList<>(batch.size());
    for (ObjectIdentifier object : batch) {
      DeletedObject deleted = done.get(new Name(object.key(), object.versionId()));
      if (deleted == null) {
        throw new IllegalStateException("an object is neither deleted nor refused");
      }
      results.add(deleted);
    }
    return results;
  }

  private record Name(String key, @Nullable String versionId) {
    /** Where a bucket has no versions, some servers call the only one null, some don't name it. */
    Name otherwise() {
      if (versionId == null) {
        return new Name(key, "null");
      }
      return versionId.equals("null") ? new Name(key, null) : this;
    }
  }
}
