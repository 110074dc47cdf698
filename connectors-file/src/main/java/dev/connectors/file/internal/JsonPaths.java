package dev.connectors.file.internal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.connectors.file.CodecException;
import dev.connectors.file.CodecSettings;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** The values at a path of JSON, as Jackson reads them. Not thread-safe. */
public final class JsonPaths<T> implements Decoder<T> {
  private static final String ANY = "*";
  private static final int MOST_HELD_BACK = 4096;

  /** An object or array that is open. */
  private static final class Level {
    final boolean isArray;
    final boolean isOnPath;
    String name = "";

    Level(boolean isArray, boolean isOnPath) {
      this.isArray = isArray;
      this.isOnPath = isOnPath;
    }
  }

  private final List<String> path;
  private final ObjectReader reader;
  private final int maxRecord;
  private final JsonParser parser;
  private final ByteArrayFeeder feeder;
  private final ArrayDeque<Level> open = new ArrayDeque<>();
  private ByteString unread = ByteString.emptyByteString();
  private ByteString heldBack = ByteString.emptyByteString();
  private boolean isEnded;

  private @Nullable TokenBuffer value; // that is being gathered
  private int valueDepth;
  private long passed; // the end of the last token
  private long from;
  private long to;

  /**
   * @param path names from the top on, or {@code *} for any and for elements of arrays
   */
  public JsonPaths(List<String> path, ObjectReader reader, CodecSettings settings) {
    this.path = path;
    this.reader = reader;
    this.maxRecord = settings.maxRecord();
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(settings.maxDepth())
            .maxStringLength(maxRecord)
            .maxNameLength(maxRecord)
            .build();
    try {
      this.parser =
          JsonFactory.builder()
              .streamReadConstraints(limits)
              .build()
              .createNonBlockingByteArrayParser();
    } catch (IOException noInputYet) {
      throw new IllegalStateException(noInputYet);
    }
    this.feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
  }

  @Override
  public void feed(ByteString piece) {
    ByteString all = heldBack.concat(piece);
    byte[] bytes = all.toArrayUnsafe();
    int end = bytes.length;
    while (end > 0 && bytes.length - end < MOST_HELD_BACK && isBetweenTokens(bytes[end - 1])) {
      end--;
    }
    unread = all.take(end);
    heldBack = all.drop(end).compact();
  }

  /**
   * Behind a comma or colon Jackson's parser takes a closing bracket for right when the input is
   * cut there, so it isn't.
   */
  private static boolean isBetweenTokens(byte b) {
    return b == ',' || b == ':' || b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  @Override
  public void end() {
    unread = heldBack;
    heldBack = ByteString.emptyByteString();
    isEnded = true;
  }

  @Override
  public @Nullable T next() throws IOException {
    try {
      while (true) {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.NOT_AVAILABLE) {
          if (!feedParser()) {
            return null;
          }
        } else if (token == null) {
          return null;
        } else {
          T result = take(token);
          passed = offset();
          if (result != null) {
            to = passed;
            return result;
          }
        }
      }
    } catch (JacksonException e) {
      JsonLocation at = e.getLocation();
      throw at == null
          ? failure("malformed JSON", e)
          : new CodecException("malformed JSON", at.getByteOffset(), at.getLineNr(), e);
    }
  }

  /** False if there is nothing to be fed. */
  private boolean feedParser() throws IOException {
    if (unread.nonEmpty()) {
      byte[] bytes = unread.toArrayUnsafe();
      unread = ByteString.emptyByteString();
      feeder.feedInput(bytes, 0, bytes.length);
      return true;
    }
    if (isEnded) {
      feeder.endOfInput();
      return true;
    }
    return false;
  }

  private long offset() {
    return parser.currentLocation().getByteOffset();
  }

  /** The value that the token completes; or null. */
  private @Nullable T take(JsonToken token) throws IOException {
    if (token == JsonToken.FIELD_NAME) {
      open.element().name = parser.currentName();
    }
    if (value == null && token.isStructEnd()) {
      open.pop();
      return null;
    }
    if (value == null && token != JsonToken.FIELD_NAME) {
      begin(token);
    }
    TokenBuffer gathered = value;
    if (gathered == null) {
      return null;
    }
    if (offset() - from > maxRecord) {
      throw new CodecException("a value longer than max-record, " + maxRecord + " bytes,", from);
    }
    gathered.copyCurrentEvent(parser);
    valueDepth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    return valueDepth == 0 ? complete(gathered) : null;
  }

  private void begin(JsonToken token) {
    Level around = open.peek();
    int depth = open.size();
    boolean isOnPath = around == null || (around.isOnPath && matches(around, path.get(depth - 1)));
    if (isOnPath && depth == path.size()) {
      value = new TokenBuffer(parser);
      valueDepth = 0;
      from = passed;
    } else if (token.isStructStart()) {
      open.push(new Level(token == JsonToken.START_ARRAY, isOnPath && depth < path.size()));
    }
  }

  private static boolean matches(Level around, String name) {
    return name.equals(ANY) || (!around.isArray && name.equals(around.name));
  }

  private T complete(TokenBuffer gathered) throws IOException {
    value = null;
    try (JsonParser tokens = gathered.asParser(parser)) {
      return Objects.requireNonNull(reader.<T>readValue(tokens), "null can't be emitted");
    } catch (JacksonException e) {
      throw failure("a value that can't be read ends", e);
    }
  }

  private CodecException failure(String reason, Throwable cause) {
    JsonLocation at = parser.currentLocation();
    return new CodecException(reason, at.getByteOffset(), at.getLineNr(), cause);
  }

  @Override
  public long from() {
    return from;
  }

  @Override
  public long to() {
    return to;
  }

  @Override
  public long position() {
    return value == null ? passed : from;
  }
}
