package dev.connectors.file.internal;

import java.util.List;

/** Paths of names in documents. */
public final class Names {
  private Names() {}

  /** Those of {@code /orders/order}. */
  public static List<String> of(String path) {
    List<String> names = List.of(path.substring(Math.min(1, path.length())).split("/", -1));
    if (!path.startsWith("/") || names.contains("")) {
      throw new IllegalArgumentException(
          "path is '" + path + "', allowed are names such as /orders/order");
    }
    return names;
  }
}
