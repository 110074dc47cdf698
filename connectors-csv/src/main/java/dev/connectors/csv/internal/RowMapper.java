package dev.connectors.csv.internal;

import dev.connectors.csv.CsvColumn;
import dev.connectors.csv.CsvConversionException;
import dev.connectors.csv.CsvRow;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes objects of rows that share a header. Thread-safe. */
public final class RowMapper<T> {
  private record Cell(int column, String name, Class<?> type, Converter converter) {}

  private interface Maker<T> {
    T make(@Nullable Object[] values) throws ReflectiveOperationException;
  }

  private final Cell[] cells;
  private final Maker<T> maker;

  private RowMapper(List<Cell> cells, Maker<T> maker) {
    this.cells = cells.toArray(Cell[]::new);
    this.maker = maker;
  }

  static <T> RowMapper<T> of(Class<T> type, Table table) {
    try {
      return type.isRecord() ? ofRecord(type, table) : ofBean(type, table);
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(
          type.getName() + " is no record and has no public constructor without parameters", e);
    }
  }

  private static <T> RowMapper<T> ofRecord(Class<T> type, Table table)
      throws NoSuchMethodException {
    RecordComponent[] components = type.getRecordComponents();
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      String name = name(components[i].getName(), components[i].getAnnotation(CsvColumn.class));
      int column = table.header() == null ? i : column(name, table);
      if (column < 0) {
        throw new IllegalArgumentException(
            "there is no column '%s' for %s in %s".formatted(name, type.getName(), table.names()));
      }
      cells.add(cell(column, name, components[i].getType()));
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Constructor<T> constructor = type.getDeclaredConstructor(types);
    constructor.trySetAccessible();
    return new RowMapper<>(cells, constructor::newInstance);
  }

  private static <T> RowMapper<T> ofBean(Class<T> type, Table table) throws NoSuchMethodException {
    Constructor<T> constructor = type.getConstructor();
    List<Cell> cells = new ArrayList<>();
    List<Method> setters = new ArrayList<>();
    for (Method method : type.getMethods()) {
      String name = method.getName();
      if (name.startsWith("set")
          && name.length() > 3
          && method.getParameterCount() == 1
          && !method.isBridge()
          && !Modifier.isStatic(method.getModifiers())) {
        String property = name.substring(3, 4).toLowerCase(Locale.ROOT) + name.substring(4);
        CsvColumn given = method.getAnnotation(CsvColumn.class);
        int column = column(name(property, given), table);
        if (column >= 0) {
          cells.add(cell(column, name(property, given), method.getParameterTypes()[0]));
          setters.add(method);
        } else if (given != null) {
          throw new IllegalArgumentException(
              "there is no column '%s' for %s in %s"
                  .formatted(given.value(), type.getName(), table.names()));
        }
      }
    }
    if (cells.isEmpty()) {
      throw new IllegalArgumentException(
          "no property of %s has a column in %s".formatted(type.getName(), table.names()));
    }
    return new RowMapper<>(
        cells,
        values -> {
          T bean = constructor.newInstance();
          for (int i = 0; i < values.length; i++) {
            setters.get(i).invoke(bean, values[i]);
          }
          return bean;
        });
  }

  private static String name(String own, @Nullable CsvColumn given) {
    return given != null ? given.value() : own;
  }

  private static Cell cell(int column, String name, Class<?> type) {
    return new Cell(column, name, type, Converter.to(type));
  }

  /** The column, or -1. */
  private static int column(String name, Table table) {
    Map<String, Integer> header = table.header();
    if (header == null) {
      return -1;
    }
    Integer exact = header.get(name);
    if (exact != null) {
      return exact;
    }
    int found = -1;
    for (Map.Entry<String, Integer> entry : header.entrySet()) {
      if (plain(entry.getKey()).equals(plain(name))) {
        if (found >= 0) {
          throw new IllegalArgumentException(
              "more than one column of %s could be '%s'".formatted(table.names(), name));
        }
        found = entry.getValue();
      }
    }
    return found;
  }

  private static String plain(String name) {
    return name.replaceAll("[\\s_-]", "").toLowerCase(Locale.ROOT);
  }

  public T map(CsvRow row) {
    @Nullable Object[] values = new Object[cells.length];
    for (int i = 0; i < cells.length; i++) {
      values[i] = value(row, cells[i]);
    }
    try {
      return maker.make(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException("the constructor or a setter failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("rows can't be mapped to a class that is not public", e);
    }
  }

  private static @Nullable Object value(CsvRow row, Cell cell) {
    String text = cell.column < row.size() ? row.get(cell.column) : null;
    if (text == null || (text.isEmpty() && cell.type != String.class)) {
      if (cell.type.isPrimitive()) {
        throw failure(row, cell, null);
      }
      return null;
    }
    try {
      return cell.converter.convert(text);
    } catch (RuntimeException e) {
      throw failure(row, cell, e);
    }
  }

  private static CsvConversionException failure(CsvRow row, Cell cell, @Nullable Throwable cause) {
    return new CsvConversionException(
        row.line(), cell.column + 1, cell.name, cell.type.getSimpleName(), cause);
  }
}
