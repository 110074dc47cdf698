package dev.connectors.csv.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Makes a value of a text that is not empty. */
interface Converter {
  /** The converters by type. */
  Map<Class<?>, Converter> KNOWN = known();

  Object convert(String text);

  /**
   * The converter for a type.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Converter to(Class<?> type) {
    Converter known = KNOWN.get(type);
    if (known != null) {
      return known;
    }
    if (type.isEnum()) {
      Map<String, Object> constants = new HashMap<>();
      for (Object constant : type.getEnumConstants()) {
        constants.put(((Enum<?>) constant).name(), constant);
      }
      return text -> {
        Object constant = constants.get(text);
        if (constant == null) {
          throw new IllegalArgumentException("allowed is one of " + constants.keySet());
        }
        return constant;
      };
    }
    throw new IllegalArgumentException("a value can't be converted to " + type.getName());
  }

  private static Map<Class<?>, Converter> known() {
    Map<Class<?>, Converter> known = new HashMap<>();
    known.put(String.class, text -> text);
    both(known, int.class, Integer.class, Integer::valueOf);
    both(known, long.class, Long.class, Long::valueOf);
    both(known, short.class, Short.class, Short::valueOf);
    both(known, byte.class, Byte.class, Byte::valueOf);
    both(known, double.class, Double.class, Double::valueOf);
    both(known, float.class, Float.class, Float::valueOf);
    both(known, boolean.class, Boolean.class, Converter::bool);
    both(known, char.class, Character.class, Converter::character);
    known.put(BigDecimal.class, BigDecimal::new);
    known.put(BigInteger.class, BigInteger::new);
    known.put(UUID.class, UUID::fromString);
    known.put(URI.class, URI::create);
    known.put(Instant.class, Instant::parse);
    known.put(LocalDate.class, LocalDate::parse);
    known.put(LocalTime.class, LocalTime::parse);
    known.put(LocalDateTime.class, LocalDateTime::parse);
    known.put(OffsetDateTime.class, OffsetDateTime::parse);
    known.put(ZonedDateTime.class, ZonedDateTime::parse);
    known.put(Duration.class, Duration::parse);
    known.put(Period.class, Period::parse);
    known.put(Year.class, Year::parse);
    known.put(YearMonth.class, YearMonth::parse);
    return Map.copyOf(known);
  }

  private static void both(
      Map<Class<?>, Converter> known, Class<?> primitive, Class<?> boxed, Converter converter) {
    known.put(primitive, converter);
    known.put(boxed, converter);
  }

  private static Object bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("allowed is true or false");
    };
  }

  private static Object character(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException("allowed is one character");
    }
    return text.charAt(0);
  }
}
