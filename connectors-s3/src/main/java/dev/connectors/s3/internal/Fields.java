package dev.connectors.s3.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Carries what requests and responses of one upload or copy have in common from one to the other,
 * by the names that the API gives their members; so that none is forgotten when the API grows.
 */
final class Fields {
  private static final String CHECKSUM = "Checksum";

  private Fields() {}

  /** Sets what {@code from} has and {@code to} knows. */
  static void copy(SdkPojo from, SdkPojo to) {
    copy(from, to, name -> true);
  }

  /** The same, of the members whose names are {@code wanted}. */
  static void copy(SdkPojo from, SdkPojo to, Predicate<String> wanted) {
    Map<String, SdkField<?>> known = new HashMap<>();
    for (SdkField<?> field : to.sdkFields()) {
      known.put(field.memberName(), field);
    }
    for (SdkField<?> field : from.sdkFields()) {
      SdkField<?> target = known.get(field.memberName());
      if (target != null && wanted.test(field.memberName())) {
        Object value = field.getValueOrDefault(from);
        if (value != null) {
          target.set(to, value);
        }
      }
    }
  }

  /** The checksums that {@code from} has, by algorithm. */
  static Map<String, String> checksums(SdkPojo from) {
    Map<String, String> checksums = new TreeMap<>();
    for (SdkField<?> field : from.sdkFields()) {
      if (isChecksum(field.memberName()) && field.getValueOrDefault(from) instanceof String value) {
        checksums.put(field.memberName().substring(CHECKSUM.length()), value);
      }
    }
    return checksums;
  }

  /** Whether a member is the checksum of a content: neither an algorithm nor a type. */
  static boolean isChecksum(String member) {
    return member.startsWith(CHECKSUM)
        && !member.equals("ChecksumAlgorithm")
        && !member.equals("ChecksumType")
        && !member.equals("ChecksumMode");
  }
}
