package dev.connectors.file;

import dev.connectors.core.Committable;
import dev.connectors.file.internal.DecodeStage;
import dev.connectors.file.internal.Names;
import dev.connectors.file.internal.XmlElements;
import dev.connectors.file.internal.XmlPull;
import dev.connectors.file.internal.XmlWriter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.xml.stream.events.XMLEvent;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import org.apache.pekko.util.ByteString;
import org.w3c.dom.Element;

/**
 * Flows from bytes to the parts of an XML document and back, by Aalto, whose parser waits for no
 * input: add {@code com.fasterxml:aalto-xml} to your project, the connector does not bring it.
 *
 * <ul>
 *   <li><b>Input</b> is one document in UTF-8 in pieces of any size, where they are cut makes no
 *       difference. Other encodings are refused: {@link TextFlow#transcode} before it helps where
 *       the document declares none.
 *   <li><b>Refused</b> are document type declarations, and so all entities but the five that XML
 *       has itself. Nothing is ever loaded from elsewhere.
 *   <li><b>Fails</b> with {@link CodecException} when the document is malformed or ends too early;
 *       its byte is where the part begins that is malformed, its cause the parser's own exception;
 *       and where elements are nested deeper, have more attributes, or tags, texts and comments are
 *       longer than the settings allow. Then all before it has been emitted. The parser does not
 *       find every {@code ]]>} in a text, which XML forbids.
 * </ul>
 *
 * @see <a href="https://github.com/FasterXML/aalto-xml">Aalto XML</a>
 */
public final class XmlFlow {
  private XmlFlow() {}

  /**
   * Emits the events of StAX. A text is one event, whatever references and CDATA sections are in
   * it.
   */
  public static Flow<ByteString, XMLEvent, NotUsed> events(CodecSettings settings) {
    Objects.requireNonNull(settings, "settings");
    return DecodeStage.flow("XmlFlow.events", system -> new XmlPull(settings));
  }

  /** {@link #events}, where a piece of the input is settled once all events in it are. */
  public static FlowWithContext<ByteString, Committable, XMLEvent, Committable, NotUsed>
      eventsWithContext(CodecSettings settings) {
    Objects.requireNonNull(settings, "settings");
    return DecodeStage.withContext("XmlFlow.events", system -> new XmlPull(settings));
  }

  /**
   * Emits the elements at a path, each with all that is in it but comments; their sub-trees are
   * held one at a time.
   *
   * @param path of local names from the root on, {@code *} for any: {@code /orders/order}
   */
  public static Flow<ByteString, Element, NotUsed> elements(String path, CodecSettings settings) {
    List<String> names = Names.of(path);
    Objects.requireNonNull(settings, "settings");
    return DecodeStage.flow("XmlFlow.elements", system -> new XmlElements(names, settings));
  }

  /**
   * {@link #elements}, where a piece of the input is settled once all elements that have a byte in
   * it are.
   */
  public static FlowWithContext<ByteString, Committable, Element, Committable, NotUsed>
      elementsWithContext(String path, CodecSettings settings) {
    List<String> names = Names.of(path);
    Objects.requireNonNull(settings, "settings");
    return DecodeStage.withContext("XmlFlow.elements", system -> new XmlElements(names, settings));
  }

  /**
   * Writes events in UTF-8. Fails with the writer's own exception when they make no document, as
   * far as it checks that.
   */
  public static Flow<XMLEvent, ByteString, NotUsed> write() {
    return Flow.<XMLEvent>create()
        .statefulMap(
            XmlWriter::new,
            (writer, event) -> Pair.create(writer, writer.write(event)),
            writer -> Optional.of(writer.end()))
        .filter(ByteString::nonEmpty);
  }
}
