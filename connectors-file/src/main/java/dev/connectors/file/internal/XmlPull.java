package dev.connectors.file.internal;

import com.fasterxml.aalto.AsyncByteArrayFeeder;
import com.fasterxml.aalto.AsyncXMLStreamReader;
import com.fasterxml.aalto.UncheckedStreamException;
import com.fasterxml.aalto.evt.EventAllocatorImpl;
import com.fasterxml.aalto.stax.InputFactoryImpl;
import dev.connectors.core.internal.ByteOrderMark;
import dev.connectors.file.CodecException;
import dev.connectors.file.CodecSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.Location;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.events.XMLEvent;
import org.apache.pekko.util.ByteString;
import org.codehaus.stax2.ri.evt.CharactersEventImpl;
import org.jspecify.annotations.Nullable;

/**
 * The events of an XML document in UTF-8. A text is one event, however it is cut and whatever
 * references and CDATA sections are in it. Not thread-safe.
 */
public final class XmlPull implements Decoder<XMLEvent> {
  private static final String MALFORMED = "malformed XML";

  /** Aalto does not count the line end behind an XML declaration. */
  private static final long NO_LINE = 0;

  private final CodecSettings settings;
  private final ByteOrderMark mark = new ByteOrderMark(StandardCharsets.UTF_8);
  private final AsyncXMLStreamReader<AsyncByteArrayFeeder> reader =
      new InputFactoryImpl().createAsyncForByteArray();
  private ByteString unread = ByteString.emptyByteString();
  private boolean isEnded;
  private boolean isEndSignalled; // to the reader
  private boolean isDone;
  private long fed; // without the mark

  private final StringBuilder text = new StringBuilder();
  private long textTo;
  private @Nullable Location textLocation;
  private boolean isHeld; // the reader's event comes behind the text
  private int depth;
  private long from;
  private long to;

  public XmlPull(CodecSettings settings) {
    this.settings = settings;
  }

  @Override
  public void feed(ByteString piece) {
    unread = mark.add(piece);
  }

  @Override
  public void end() {
    unread = unread.concat(mark.end());
    isEnded = true;
  }

  @Override
  public @Nullable XMLEvent next() throws IOException {
    try {
      return pull();
    } catch (XMLStreamException e) {
      throw failure(MALFORMED, e);
    } catch (UncheckedStreamException e) { // what is found only when a text is asked for
      if (e.getCause() instanceof XMLStreamException cause) {
        throw failure(MALFORMED, cause);
      }
      throw e;
    }
  }

  private @Nullable XMLEvent pull() throws XMLStreamException, CodecException {
    while (!isDone) {
      int type = isHeld ? reader.getEventType() : reader.next();
      switch (type) {
        case AsyncXMLStreamReader.EVENT_INCOMPLETE -> {
          if (!feedReader()) {
            return null;
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
            append();
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw failure("an entity, which only a document type could declare,", null);
        case XMLStreamConstants.DTD ->
            throw failure("a document type declaration, which is refused,", null);
        default -> {
          isHeld = !text.isEmpty();
          return isHeld ? takeText() : event(type);
        }
      }
    }
    return null;
  }

  /** False if there is nothing to be fed. */
  private boolean feedReader() throws XMLStreamException, CodecException {
    long passed = text.isEmpty() ? to - mark.length() : textTo;
    if (fed - passed > settings.maxRecord()) {
      throw tooLong();
    }
    if (mark.isDecided() && !mark.charset().equals(StandardCharsets.UTF_8)) {
      throw failure("a byte order mark of " + mark.charset() + ": transcode to UTF-8 first;", null);
    }
    if (unread.nonEmpty()) {
      byte[] bytes = unread.toArrayUnsafe();
      unread = ByteString.emptyByteString();
      fed += bytes.length;
      reader.getInputFeeder().feedInput(bytes, 0, bytes.length);
      return true;
    }
    if (!isEnded) {
      return false;
    }
    if (isEndSignalled) {
      throw failure("the input ends within the document", null);
    }
    isEndSignalled = true;
    reader.getInputFeeder().endOfInput();
    return true;
  }

  private long readTo() throws XMLStreamException {
    return reader.getLocationInfo().getEndingByteOffset();
  }

  private void append() throws XMLStreamException, CodecException {
    if (text.isEmpty()) {
      textLocation = reader.getLocation();
    }
    text.append(reader.getText());
    textTo = readTo();
    if (textTo - (to - mark.length()) > settings.maxRecord()) {
      throw tooLong();
    }
  }

  private XMLEvent takeText() {
    XMLEvent event = new CharactersEventImpl(textLocation, text.toString(), false);
    text.setLength(0);
    passed(textTo);
    return event;
  }

  private XMLEvent event(int type) throws XMLStreamException, CodecException {
    XMLEvent event = EventAllocatorImpl.getDefaultInstance().allocate(reader);
    passed(readTo());
    if (to - from > settings.maxRecord()) {
      throw new CodecException(
          "something longer than max-record, " + settings.maxRecord() + " bytes,", from);
    }
    switch (type) {
      case XMLStreamConstants.START_DOCUMENT -> checkEncoding();
      case XMLStreamConstants.START_ELEMENT -> {
        if (++depth > settings.maxDepth()) {
          throw failure(
              "elements are nested deeper than max-depth, " + settings.maxDepth() + ",", null);
        }
        if (reader.getAttributeCount() > settings.maxAttributes()) {
          throw failure(
              "an element has more than max-attributes, " + settings.maxAttributes() + ",", null);
        }
      }
      case XMLStreamConstants.END_ELEMENT -> depth--;
      case XMLStreamConstants.END_DOCUMENT -> isDone = true;
      default -> {}
    }
    return event;
  }

  private void passed(long end) {
    from = to;
    to = end + mark.length();
  }

  private void checkEncoding() throws CodecException {
    String declared = reader.getCharacterEncodingScheme();
    if (declared != null
        && !declared.equalsIgnoreCase("UTF-8")
        && !declared.equalsIgnoreCase("US-ASCII")) {
      throw failure("another encoding than UTF-8 is declared: transcode first;", null);
    }
  }

  private CodecException tooLong() {
    return failure("something longer than max-record, " + settings.maxRecord() + " bytes,", null);
  }

  /** At the end of what was emitted: the parser's own place depends on how the input is cut. */
  private CodecException failure(String reason, @Nullable Throwable cause) {
    return new CodecException(reason, to, NO_LINE, cause);
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
    return to;
  }
}
