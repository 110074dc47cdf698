package dev.connectors.file.internal;

import dev.connectors.file.CodecException;
import dev.connectors.file.CodecSettings;
import java.util.BitSet;
import org.apache.pekko.util.ByteString;

/**
 * Finds the objects in UTF-8: one after the other, with white space, line ends, commas or record
 * separators between them, or as the elements of arrays. Looks at brackets and strings only, and
 * needs no stack but a bit for each level. Not thread-safe.
 */
final class JsonScanner {
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final int maxRecord;
  private final int maxDepth;
  private final BitSet isArray = new BitSet(); // at each depth within the object
  private final ByteQueue queue = new ByteQueue();
  private boolean isEnded;

  private int next; // to be looked at, from the queue's first byte
  private int depth; // within an object; 0 between objects
  private boolean isInString;
  private boolean isEscaped;
  private boolean isInArray; // around the objects
  private boolean isSeparated = true;
  private boolean isAfterComma;
  private boolean isMarkPossible = true;
  private long line = 1;

  private long recordLine = 1;
  private long from;
  private long to;
  private int length;

  JsonScanner(CodecSettings settings) {
    this.maxRecord = settings.maxRecord();
    this.maxDepth = settings.maxDepth();
  }

  void feed(ByteString piece) {
    drop();
    queue.add(piece);
  }

  void end() {
    isEnded = true;
  }

  /** What was found last is done with. */
  private void drop() {
    queue.skip(length);
    next -= length;
    length = 0;
  }

  /** Whether there is a further object; then it is in {@link #array}. */
  boolean next() throws CodecException {
    drop();
    if (isMarkPossible && !skipMark()) {
      return false;
    }
    while (next < queue.size()) {
      if (depth == 0) {
        between(queue.at(next));
      } else if (within()) {
        length = next;
        from = queue.offset();
        to = from + length;
        isSeparated = !isInArray;
        isAfterComma = false;
        return true;
      }
    }
    if (isEnded) {
      checkEnd();
    }
    return false;
  }

  /** False if more has to come before it is known whether there is one. */
  private boolean skipMark() {
    for (int i = 0; i < MARK.length; i++) {
      if (i == queue.size() && !isEnded) {
        return false;
      }
      if (i == queue.size() || queue.at(i) != MARK[i]) {
        isMarkPossible = false;
        return true;
      }
    }
    isMarkPossible = false;
    queue.skip(MARK.length);
    return true;
  }

  /** Looks at one byte, which belongs to no object or begins one. */
  private void between(byte b) throws CodecException {
    switch (b) {
      case ' ', '\t', '\r', 0x1E -> {}
      case '\n' -> line++;
      case ',' -> comma();
      case '[' -> {
        if (isInArray) {
          throw failure("an array where an object is expected");
        }
        isInArray = true;
        isSeparated = true;
        isAfterComma = false;
      }
      case ']' -> {
        if (!isInArray || isAfterComma) {
          throw failure("a closing bracket where an object is expected");
        }
        isInArray = false;
        isSeparated = true;
      }
      case '{' -> {
        if (!isSeparated) {
          throw failure("no comma between two objects");
        }
        depth = 1;
        isArray.clear(1);
        recordLine = line;
        next = 1;
        return;
      }
      default -> throw failure("neither an object nor an array of objects");
    }
    queue.skip(1);
  }

  private void comma() throws CodecException {
    if (isAfterComma || (isInArray && isSeparated)) {
      throw failure("a comma where an object is expected");
    }
    isSeparated = true;
    isAfterComma = true;
  }

  /** Goes on within the object; true at its end. */
  private boolean within() throws CodecException {
    byte[] bytes = queue.array();
    int start = queue.start();
    int limit = start + Math.min(queue.size(), maxRecord);
    for (int place = start + next; place < limit; place++) {
      byte b = bytes[place];
      if (isInString) {
        if (isEscaped) {
          isEscaped = false;
        } else if (b == '\\') {
          isEscaped = true;
        } else if (b == '"') {
          isInString = false;
        } else if (b >= 0 && b < ' ') {
          next = place - start;
          throw failure("a control character within a string");
        }
      } else if (b == '"') {
        isInString = true;
      } else if (b == '{' || b == '[') {
        next = place - start;
        open(b == '[');
      } else if (b == '}' || b == ']') {
        next = place - start;
        if (isArray.get(depth) != (b == ']')) {
          throw failure("a bracket is closed by another");
        }
        if (--depth == 0) {
          next++;
          return true;
        }
      } else if (b == '\n') {
        line++;
      }
    }
    next = limit - start;
    if (next < queue.size()) {
      throw new CodecException(
          "an object is longer than max-record, " + maxRecord + " bytes,",
          queue.offset(),
          recordLine,
          null);
    }
    return false;
  }

  private void open(boolean array) throws CodecException {
    if (depth == maxDepth) {
      throw failure("brackets are nested deeper than max-depth, " + depth + ",");
    }
    isArray.set(++depth, array);
  }

  private void checkEnd() throws CodecException {
    if (depth > 0) {
      throw failure("the input ends within an object that begins at line " + recordLine + ",");
    }
    if (isInArray) {
      throw failure("the input ends within an array");
    }
    if (isAfterComma) {
      throw failure("the input ends after a comma");
    }
  }

  private CodecException failure(String reason) {
    return new CodecException(reason, queue.offset() + (depth == 0 ? 0 : next), line, null);
  }

  /** Has the object that was found. */
  byte[] array() {
    return queue.array();
  }

  /** Where in {@link #array} it begins. */
  int start() {
    return queue.start();
  }

  int length() {
    return length;
  }

  /** Where in the input it begins. */
  long from() {
    return from;
  }

  long to() {
    return to;
  }

  /** The line in which it begins. */
  long line() {
    return recordLine;
  }

  /** Where the next may begin. */
  long position() {
    return queue.offset() + length;
  }
}
