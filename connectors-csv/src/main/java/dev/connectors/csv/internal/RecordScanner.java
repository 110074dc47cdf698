package dev.connectors.csv.internal;

import dev.connectors.csv.CsvException;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Finds where records end, in bytes that come in pieces of any size, by the rules of Commons CSV's
 * lexer. What depends on the next bytes waits for them, so that pieces make no difference.
 *
 * <p>After a malformed record it goes on behind the next line end; after a quote that is not
 * closed, behind the line in which its record began.
 */
final class RecordScanner {
  private static final int LINE_START = 0;
  private static final int COMMENT = 1;
  private static final int FIELD_START = 2;
  private static final int UNQUOTED = 3;
  private static final int QUOTED = 4;
  private static final int AFTER_QUOTE = 5;
  private static final int SKIPPING = 6;

  /** What steps tell: what ByteWindow does not know yet, and how they went. */
  private static final int UNKNOWN = ByteWindow.UNKNOWN;

  private static final int GOES_ON = 0;
  private static final int RECORD_ENDED = 1;
  private static final int NEITHER = 2;

  private static final byte[] COMMENT_ENDS = new byte[256];

  static {
    COMMENT_ENDS['\r'] = Dialect.EOL;
    COMMENT_ENDS['\n'] = Dialect.EOL;
  }

  private final Dialect dialect;
  private final Transcoder transcoder;
  private final int maxRecord;
  private final int maxFields;

  private final ByteWindow window;
  private final RecordList records = new RecordList();
  private int position;
  private int state = LINE_START;
  private boolean ignoresLineFeed;

  /** The batch: where it begins, up to where it may be cut, and its records. */
  private int from;

  private long inputFrom;
  private int safe;

  /** The record, or the comments, that began last. */
  private int start;

  private long startLine = 1;
  private int fields;
  private boolean hasComment;
  private long line = 1;
  private int lineStart;
  private int quote;
  private long quoteLine;
  private int quoteLineStart;

  private @Nullable CsvException failure;
  private byte @Nullable [] raw;
  private long failureStart; // of its record, in the input
  private boolean isMalformed; // the failure's record has ended

  RecordScanner(Dialect dialect, Transcoder transcoder, int maxRecord, int maxFields) {
    this.dialect = dialect;
    this.transcoder = transcoder;
    this.maxRecord = maxRecord;
    this.maxFields = maxFields;
    this.window = new ByteWindow(transcoder.isUtf8());
  }

  /** More of the input; returns how many bytes that is in what is scanned. */
  long add(ByteString piece) {
    return added(transcoder.convert(piece));
  }

  /** There is no more. */
  long end() {
    long last = added(transcoder.end());
    window.end();
    return last;
  }

  /** Where what is in no batch yet begins. */
  long position() {
    return window.offset(from);
  }

  private long added(ByteString piece) {
    int shift = window.add(piece, from);
    position -= shift;
    safe -= shift;
    start -= shift;
    lineStart -= shift;
    quote -= shift;
    quoteLineStart -= shift;
    records.shift(shift);
    from -= shift;
    return piece.size();
  }

  /**
   * The next batch, or null if there is none without more input.
   *
   * @param minBytes it has at least so many, unless ...
   * @param maxRecords ... it has so many records, ...
   * @param isDue ... or this is set
   */
  @Nullable Batch next(int minBytes, int maxRecords, boolean isDue) {
    boolean more = true;
    while (more && !isMalformed && safe - from < minBytes && records.count() < maxRecords) {
      more = scan();
    }
    if (records.count() > 0
        && (isMalformed
            || isDue
            || window.isEnded()
            || safe - from >= minBytes
            || records.count() == maxRecords)) {
      return cut(safe, null);
    }
    if (isMalformed) {
      Batch malformed = cut(position, failure);
      isMalformed = false;
      failure = null;
      raw = null;
      return malformed;
    }
    boolean isOver = window.isEnded() && !more && safe > from;
    return safe - from >= minBytes || isOver ? cut(safe, null) : null;
  }

  private Batch cut(int to, @Nullable CsvException cause) {
    long offset = window.offset(from);
    long end = window.offset(to);
    Batch batch =
        cause == null
            ? records.take(window.copy(from, to), from, offset, end, inputStart())
            : Batch.malformed(kept(), offset, end, failureStart, startLine, cause);
    inputFrom += transcoder.inputLength(window.bytes(), from, to);
    from = to;
    safe = Math.max(safe, to);
    return batch;
  }

  private long inputStart() {
    return transcoder.markLength() + inputFrom;
  }

  private byte[] kept() {
    return raw != null ? raw : new byte[0];
  }

  /** Goes on behind a record, or a line that is none; false if the bytes do not reach so far. */
  private boolean scan() {
    while (true) {
      boolean isLimited = state != SKIPPING && (state != LINE_START || hasComment);
      if (isLimited && position - start > maxRecord) {
        return fail(tooLong(), start, startLine, start);
      }
      if (position >= window.limit()) {
        return window.isEnded() && scanEnd();
      }
      switch (state) {
        case LINE_START -> {
          int eol = window.lineEnd(position);
          if (ignoresLineFeed && window.at(position) == '\n') {
            position++;
            ignoresLineFeed = false;
            lineStart = position;
            forget();
            continue;
          }
          ignoresLineFeed = false;
          if (eol == UNKNOWN) {
            return false;
          }
          if (eol > 0 && dialect.ignoresEmptyLines) {
            endLine(eol);
            markEmpty();
            return true;
          }
          int comment = dialect.comment == null ? 0 : window.match(dialect.comment, position);
          if (comment == UNKNOWN) {
            return false;
          }
          if (comment > 0) {
            if (!hasComment) {
              hasComment = true;
              start = position;
              startLine = line;
            }
            position += comment;
            state = COMMENT;
          } else {
            start = position;
            startLine = line;
            hasComment = false;
            fields = 1;
            state = FIELD_START;
          }
        }
        case COMMENT -> {
          position = next(COMMENT_ENDS, position);
          int eol = position < window.limit() ? window.lineEnd(position) : 0;
          if (eol == UNKNOWN) {
            return false;
          }
          if (eol > 0) {
            endLine(eol);
            state = LINE_START;
          }
        }
        case FIELD_START -> {
          int kind = startOfField();
          if (kind == UNKNOWN) {
            return false;
          }
          if (kind == RECORD_ENDED) {
            return true;
          }
        }
        case UNQUOTED -> {
          position = dialect.hasPlainFields ? nextUnquoted() : next(dialect.unquoted, position);
          if (position < window.limit() && position - start <= maxRecord) {
            int kind = special(dialect.unquoted[window.at(position) & 0xFF]);
            if (kind == UNKNOWN) {
              return false;
            }
            if (kind == RECORD_ENDED) {
              return true;
            }
          }
        }
        case QUOTED -> {
          position = next(dialect.quoted, position);
          if (position < window.limit()
              && position - start <= maxRecord
              && quoted(dialect.quoted[window.at(position) & 0xFF]) == UNKNOWN) {
            return false;
          }
        }
        case AFTER_QUOTE -> {
          int kind = afterQuote();
          if (kind == UNKNOWN) {
            return false;
          }
          if (kind == RECORD_ENDED) {
            return true;
          }
        }
        default -> {
          if (skip()) {
            return true;
          }
        }
      }
    }
  }

  /** The first byte that {@code table} marks, or where the bytes or the longest record end. */
  private int next(byte[] table, int at) {
    byte[] all = window.bytes();
    int end = (int) Math.min(window.limit(), (long) start + maxRecord + 1);
    int i = at;
    while (i < end && table[all[i] & 0xFF] == Dialect.PLAIN) {
      i++;
    }
    return i;
  }

  /**
   * The same outside quotes, beyond all delimiters that no quote follows: there a field begins like
   * it goes on.
   */
  private int nextUnquoted() {
    byte[] all = window.bytes();
    byte[] table = dialect.unquoted;
    int end = (int) Math.min(window.limit(), (long) start + maxRecord + 1);
    int i = position;
    while (i < end) {
      byte kind = table[all[i] & 0xFF];
      if (kind == Dialect.PLAIN) {
        i++;
      } else if (kind == Dialect.DELIMITER
          && fields < maxFields
          && i + 1 < end
          && all[i + 1] != dialect.quoteByte) {
        fields++;
        i++;
      } else {
        return i;
      }
    }
    return i;
  }

  private int startOfField() {
    if (dialect.ignoresSpaces) {
      while (position < window.limit()) {
        int space = window.whitespace(position);
        int delimiter = space == 0 ? 0 : window.match(dialect.delimiter, position);
        if (space == UNKNOWN || delimiter == UNKNOWN) {
          return UNKNOWN;
        }
        if (space == 0 || delimiter > 0 || window.isBreak(position)) {
          break;
        }
        position += space;
      }
      if (position - start > maxRecord) {
        return GOES_ON; // it is too long, whatever follows
      }
      if (position >= window.limit()) {
        return window.isEnded() ? GOES_ON : UNKNOWN;
      }
    }
    int found = delimiterOrEnd();
    if (found != NEITHER) {
      return found;
    }
    int opening = dialect.quote == null ? 0 : window.match(dialect.quote, position);
    if (opening == UNKNOWN) {
      return UNKNOWN;
    }
    if (opening > 0) {
      quote = position;
      quoteLine = line;
      quoteLineStart = lineStart;
      position += opening;
      state = QUOTED;
    } else {
      state = UNQUOTED;
    }
    return GOES_ON;
  }

  /** Goes behind a delimiter or line end. */
  private int delimiterOrEnd() {
    int delimiter = window.match(dialect.delimiter, position);
    if (delimiter == UNKNOWN) {
      return UNKNOWN;
    }
    if (delimiter > 0) {
      position += delimiter;
      state = FIELD_START;
      if (++fields > maxFields && failure == null) {
        failure = exception("more than %d fields".formatted(maxFields), position, line, lineStart);
      }
      return GOES_ON;
    }
    int eol = window.lineEnd(position);
    if (eol == UNKNOWN) {
      return UNKNOWN;
    }
    if (eol > 0) {
      endRecord(eol);
      return RECORD_ENDED;
    }
    return NEITHER;
  }

  /** Outside quotes, at a byte that {@code kind} tells of. */
  private int special(byte kind) {
    if (kind == Dialect.ESCAPE) {
      return escaped();
    }
    int found = delimiterOrEnd();
    if (found != NEITHER) {
      return found;
    }
    return kind == Dialect.DELIMITER && beginsEscape() ? escaped() : plain();
  }

  private boolean beginsEscape() {
    return dialect.escape != null && dialect.escape[0] == window.at(position);
  }

  private int plain() {
    position++;
    return GOES_ON;
  }

  /** Inside quotes, at a byte that {@code kind} tells of. */
  private int quoted(byte kind) {
    byte[] mark = dialect.quote;
    if (kind == Dialect.EOL) {
      countLine();
      return plain();
    }
    int closing = mark == null ? 0 : window.match(mark, position);
    if (closing == UNKNOWN) {
      return UNKNOWN;
    }
    if (mark != null && closing > 0) {
      int second =
          position + closing < window.limit()
              ? window.match(mark, position + closing)
              : window.atLimit();
      if (second == UNKNOWN) {
        return UNKNOWN;
      }
      position += closing + second;
      if (second == 0) {
        state = AFTER_QUOTE;
      }
      return GOES_ON;
    }
    return beginsEscape() ? escaped() : plain();
  }

  /** Goes behind an escape character and what it escapes: one character, or the delimiter. */
  private int escaped() {
    byte[] mark = dialect.escape;
    int length = mark == null ? 0 : window.match(mark, position);
    if (length == UNKNOWN) {
      return UNKNOWN;
    }
    if (length == 0) {
      return plain();
    }
    int at = position + length;
    if (at >= window.limit()) {
      if (!window.isEnded()) {
        return UNKNOWN;
      }
      fail("the input ends after an escape character", position, line, lineStart);
      return RECORD_ENDED;
    }
    int delimiter = window.match(dialect.escapedDelimiter, at);
    if (delimiter == UNKNOWN) {
      return UNKNOWN;
    }
    if (delimiter > 0) {
      position = at + delimiter;
      return GOES_ON;
    }
    position = at;
    if (window.isBreak(at)) {
      countLine();
    }
    return plain(); // its first byte: those after it are none that means something
  }

  private int afterQuote() {
    int found = delimiterOrEnd();
    if (found != NEITHER) {
      return found;
    }
    int space = dialect.allowsTrailingData ? 1 : window.whitespace(position);
    if (space == UNKNOWN) {
      return UNKNOWN;
    }
    if (space == 0) {
      fail("text between a closing quote and the delimiter", position, line, lineStart);
      return GOES_ON;
    }
    position += space;
    return GOES_ON;
  }

  /** At the end of the input; true if a record ended with it. */
  private boolean scanEnd() {
    switch (state) {
      case LINE_START, COMMENT -> {
        safe = window.limit();
        return false;
      }
      case QUOTED -> {
        if (!dialect.isLenient) {
          return fail("a quote that is not closed", quote, quoteLine, quoteLineStart);
        }
        endRecord(0);
      }
      case SKIPPING -> {
        endSkipping(false);
        return isMalformed;
      }
      default -> endRecord(0);
    }
    return true;
  }

  private void endRecord(int eol) {
    if (failure == null && position - start > maxRecord) {
      failure = exception(tooLong(), start, startLine, start);
    }
    if (failure == null) {
      records.add(start, position, startLine);
      endLine(eol);
      state = LINE_START;
      safe = position;
    } else {
      endSkipping(eol > 0);
    }
  }

  private void endLine(int eol) {
    if (eol > 0) {
      countLine();
      position += eol;
      lineStart = position;
    }
  }

  /** At a line end: the second half of one that was escaped or quoted counts no more. */
  private void countLine() {
    if (window.at(position) == '\r' || position == from || window.at(position - 1) != '\r') {
      line++;
    }
    lineStart = position + 1;
  }

  /**
   * Empty lines stay with the record behind them, whose character position begins with them; but
   * not without end.
   */
  private void markEmpty() {
    if (!hasComment && position - safe > maxRecord) {
      safe = position;
    }
  }

  // ---- malformed records

  private String tooLong() {
    return "more than %d bytes".formatted(maxRecord);
  }

  /** Always true: the record has ended, or what is skipped will. */
  private boolean fail(String reason, int at, long atLine, int atLineStart) {
    boolean wasQuoted = state == QUOTED;
    hasComment = false;
    if (failure == null) {
      failure =
          wasQuoted && at == start
              ? exception(reason + ", a quote is not closed", quote, quoteLine, quoteLineStart)
              : exception(reason, at, atLine, atLineStart);
    }
    if (state == LINE_START) {
      endSkipping(false);
      state = LINE_START;
      return true;
    }
    state = SKIPPING;
    if (wasQuoted) {
      int end = start;
      while (end < position && !window.isBreak(end)) {
        end++;
      }
      if (end < position) {
        position = end;
        line = startLine;
        lineStart = start;
      }
    }
    return true;
  }

  /**
   * Goes on to the end of the line, or of what is kept of the malformed record. That is over then,
   * and the rest of its line belongs to nothing.
   */
  private boolean skip() {
    long end =
        failure == null ? window.limit() : Math.min(window.limit(), (long) start + maxRecord + 1);
    while (position < end && !window.isBreak(position)) {
      position++;
    }
    boolean isLineEnd = position < window.limit() && window.isBreak(position);
    if (isLineEnd || (failure != null && position - start > maxRecord)) {
      endSkipping(isLineEnd);
      return true;
    }
    if (failure == null) {
      forget();
    }
    return false;
  }

  private void endSkipping(boolean isLineEnd) {
    if (failure != null) {
      raw = window.copy(start, Math.min(position, start + maxRecord));
      isMalformed = true;
    }
    hasComment = false;
    state = isLineEnd || (position == window.limit() && window.isEnded()) ? LINE_START : SKIPPING;
    if (isLineEnd) {
      countLine();
      ignoresLineFeed = window.at(position) == '\r';
      position++;
    }
    if (failure == null) {
      forget();
    }
  }

  /** What came up to here is part of no batch. */
  private void forget() {
    inputFrom += transcoder.inputLength(window.bytes(), from, position);
    from = position;
    safe = position;
  }

  private CsvException exception(String reason, int at, long atLine, int atLineStart) {
    failureStart = inputOffset(start);
    int column =
        new String(window.bytes(), atLineStart, at - atLineStart, dialect.charset).length() + 1;
    return new CsvException(reason, atLine, column, inputOffset(at));
  }

  private long inputOffset(int at) {
    return inputStart() + transcoder.inputLength(window.bytes(), from, at);
  }
}
