package dev.connectors.docs.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.DeadLetters;
import dev.connectors.file.CodecSettings;
import dev.connectors.file.FileSource;
import dev.connectors.file.JacksonFlow;
import dev.connectors.file.JsonFlow;
import dev.connectors.file.LengthPrefix;
import dev.connectors.file.MalformedTextPolicy;
import dev.connectors.file.RecordFlow;
import dev.connectors.file.TextFlow;
import dev.connectors.file.XmlFlow;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import org.apache.pekko.util.ByteString;

/** Bytes to text, JSON, XML and records. */
final class CodecExamples {
  private CodecExamples() {}

  record Order(String id, int amount) {}

  static Source<ByteString, NotUsed> text(Path file) {
    // tag::text[]
    return FileSource.bytes(file)
        .via(
            TextFlow.transcode(
                Charset.forName("windows-1252"),
                StandardCharsets.UTF_8,
                MalformedTextPolicy.REPLACE));
    // end::text[]
  }

  static Source<Order, NotUsed> json(ActorSystem system, ObjectMapper mapper, Path file) {
    // tag::json[]
    return FileSource.bytes(file)
        .via(JacksonFlow.read(mapper.reader(), Order.class, CodecSettings.create(system)));
    // end::json[]
  }

  static Source<Order, NotUsed> select(ActorSystem system, ObjectMapper mapper, Path file) {
    // tag::select[]
    return FileSource.bytes(file)
        .via(
            JacksonFlow.select(
                "/orders/*", mapper.reader(), Order.class, CodecSettings.create(system)));
    // end::select[]
  }

  static SourceWithContext<Order, Committable, Control> divert(
      ActorSystem system,
      ObjectMapper mapper,
      SourceWithContext<ByteString, Committable, Control> chunks,
      DeadLetters<ByteString> deadLetters) {
    // tag::divert[]
    return chunks
        .via(JsonFlow.objectsWithContext(CodecSettings.create(system)))
        .via(
            deadLetters.mapWithContext(
                object -> mapper.readValue(object.toArrayUnsafe(), Order.class)));
    // end::divert[]
  }

  static Source<String, NotUsed> xml(ActorSystem system, Path file) {
    // tag::xml[]
    return FileSource.bytes(file)
        .via(XmlFlow.elements("/orders/order", CodecSettings.create(system).withMaxDepth(20)))
        .map(order -> order.getAttribute("id"));
    // end::xml[]
  }

  static Source<ByteString, NotUsed> records(ActorSystem system, Path file) {
    // tag::records[]
    return FileSource.bytes(file)
        .via(RecordFlow.decode(LengthPrefix.fourBytes(), CodecSettings.create(system)));
    // end::records[]
  }
}
