package dev.connectors.file.internal;

import com.fasterxml.aalto.stax.OutputFactoryImpl;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLEventWriter;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.events.XMLEvent;
import org.apache.pekko.util.ByteString;

/** Events to bytes. Not thread-safe. */
public final class XmlWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final XMLEventWriter writer;

  public XmlWriter() {
    try {
      writer = new OutputFactoryImpl().createXMLEventWriter(out, StandardCharsets.UTF_8.name());
    } catch (XMLStreamException neverOfMemory) {
      throw new IllegalStateException(neverOfMemory);
    }
  }

  /** Nothing, if it depends on the next event how this is written. */
  public ByteString write(XMLEvent event) throws XMLStreamException {
    writer.add(event);
    writer.flush();
    return take();
  }

  /** What is left. */
  public ByteString end() throws XMLStreamException {
    writer.close();
    return take();
  }

  private ByteString take() {
    ByteString written = ByteString.fromArrayUnsafe(out.toByteArray());
    out.reset();
    return written;
  }
}
