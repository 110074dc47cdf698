package dev.connectors.s3.internal;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * An upload in parts that has begun.
 *
 * @param parts that were there when it was found, by their numbers
 */
record OpenUpload(String id, Map<Integer, Part> parts) {
  /** The part of that number that may be the one that is wanted; null if there is none. */
  @Nullable Part candidate(int number, long length) {
    Part part = parts.get(number);
    return part != null && part.size() != null && part.size() == length ? part : null;
  }
}
