package dev.connectors.csv.internal;

import dev.connectors.csv.CsvColumn;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the components of Java records, in their order. */
public final class ObjectReader<T> {
  private final List<String> names = new ArrayList<>();
  private final List<Method> accessors = new ArrayList<>();

  public ObjectReader(Class<T> type) {
    RecordComponent[] components = type.getRecordComponents();
    if (components == null) {
      throw new IllegalArgumentException(type.getName() + " is no record");
    }
    for (RecordComponent component : components) {
      CsvColumn given = component.getAnnotation(CsvColumn.class);
      names.add(given != null ? given.value() : component.getName());
      component.getAccessor().trySetAccessible();
      accessors.add(component.getAccessor());
    }
  }

  /** What a header has for them. */
  public List<String> names() {
    return names;
  }

  public Iterable<@Nullable Object> values(T object) {
    List<@Nullable Object> values = new ArrayList<>(accessors.size());
    for (Method accessor : accessors) {
      try {
        values.add(accessor.invoke(object));
      } catch (InvocationTargetException e) {
        throw new IllegalStateException("an accessor failed", e.getCause());
      } catch (IllegalAccessException e) {
        throw new IllegalArgumentException("a record that is not public can't be written", e);
      }
    }
    return values;
  }
}
