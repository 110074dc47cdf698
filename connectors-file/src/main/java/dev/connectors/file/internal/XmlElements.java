package dev.connectors.file.internal;

import dev.connectors.file.CodecException;
import dev.connectors.file.CodecSettings;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.events.Attribute;
import javax.xml.stream.events.Namespace;
import javax.xml.stream.events.ProcessingInstruction;
import javax.xml.stream.events.StartElement;
import javax.xml.stream.events.XMLEvent;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The elements at a path of an XML document, with all that is in them. Not thread-safe. */
public final class XmlElements implements Decoder<Element> {
  private static final String ANY = "*";

  private final XmlPull pull;
  private final List<String> path;
  private final int maxRecord;
  private final DocumentBuilder builder;

  private int matched; // of the path, by the elements that are open
  private int depth;
  private @Nullable Document document;
  private final ArrayDeque<Node> open = new ArrayDeque<>();
  private long from;
  private long to;

  /**
   * @param path local names from the root on, or {@code *}
   */
  public XmlElements(List<String> path, CodecSettings settings) {
    this.pull = new XmlPull(settings);
    this.path = path;
    this.maxRecord = settings.maxRecord();
    try {
      this.builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    } catch (ParserConfigurationException noFeatureWasAsked) {
      throw new IllegalStateException(noFeatureWasAsked);
    }
  }

  @Override
  public void feed(ByteString piece) {
    pull.feed(piece);
  }

  @Override
  public void end() {
    pull.end();
  }

  @Override
  public @Nullable Element next() throws IOException {
    for (XMLEvent event = pull.next(); event != null; event = pull.next()) {
      Element complete = take(event);
      if (complete != null) {
        to = pull.to();
        return complete;
      }
    }
    return null;
  }

  /** The element that the event completes; or null. */
  private @Nullable Element take(XMLEvent event) throws CodecException {
    if (event.isStartElement()) {
      start(event.asStartElement());
    }
    Document building = document;
    if (building == null) {
      if (event.isEndElement()) {
        depth--;
        matched = Math.min(matched, depth);
      }
      return null;
    }
    if (pull.to() - from > maxRecord) {
      throw new CodecException("an element longer than max-record, " + maxRecord + " bytes,", from);
    }
    if (event.isEndElement()) {
      depth--;
      Node ended = open.pop();
      if (open.isEmpty()) {
        document = null;
        matched = Math.min(matched, depth);
        return (Element) ended;
      }
    } else if (!event.isStartElement()) {
      add(building, event);
    }
    return null;
  }

  private void start(StartElement start) {
    QName name = start.getName();
    depth++;
    if (document == null) {
      boolean matches =
          matched == depth - 1
              && depth <= path.size()
              && (path.get(depth - 1).equals(ANY)
                  || path.get(depth - 1).equals(name.getLocalPart()));
      if (!matches) {
        return;
      }
      matched = depth;
      if (matched < path.size()) {
        return;
      }
      document = builder.newDocument();
      from = pull.from();
    }
    Document building = document;
    Element element = building.createElementNS(uri(name), qualified(name));
    for (Iterator<Namespace> i = start.getNamespaces(); i.hasNext(); ) {
      Namespace namespace = i.next();
      String prefix = namespace.getPrefix();
      element.setAttributeNS(
          XMLConstants.XMLNS_ATTRIBUTE_NS_URI,
          prefix == null || prefix.isEmpty() ? "xmlns" : "xmlns:" + prefix,
          namespace.getNamespaceURI());
    }
    for (Iterator<Attribute> i = start.getAttributes(); i.hasNext(); ) {
      Attribute attribute = i.next();
      element.setAttributeNS(
          uri(attribute.getName()), qualified(attribute.getName()), attribute.getValue());
    }
    Node parent = open.peek();
    (parent == null ? building : parent).appendChild(element);
    open.push(element);
  }

  private void add(Document building, XMLEvent event) {
    Node parent = open.element();
    if (event.isCharacters()) {
      parent.appendChild(building.createTextNode(event.asCharacters().getData()));
    } else if (event instanceof ProcessingInstruction instruction) {
      parent.appendChild(
          building.createProcessingInstruction(instruction.getTarget(), instruction.getData()));
    } // comments are left out
  }

  private static @Nullable String uri(QName name) {
    return name.getNamespaceURI().isEmpty() ? null : name.getNamespaceURI();
  }

  private static String qualified(QName name) {
    return name.getPrefix().isEmpty()
        ? name.getLocalPart()
        : name.getPrefix() + ":" + name.getLocalPart();
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
    return document == null ? pull.position() : from;
  }
}
