package dev.connectors.docs.examples;

import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.DeadLetters;
import dev.connectors.csv.CsvColumn;
import dev.connectors.csv.CsvFlow;
import dev.connectors.csv.CsvFormatSettings;
import dev.connectors.csv.CsvParseSettings;
import dev.connectors.csv.CsvRow;
import dev.connectors.csv.FormulaPolicy;
import dev.connectors.csv.MalformedPolicy;
import dev.connectors.csv.MarkPolicy;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.ProducerSettings;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.CompletionStage;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.IOResult;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import org.apache.pekko.util.ByteString;

/** Rows out of bytes, and bytes out of rows. */
final class CsvExamples {
  private CsvExamples() {}

  static CompletionStage<Done> parse(ActorSystem system, Path file) {
    // tag::parse[]
    CSVFormat format = CSVFormat.EXCEL.builder().setHeader().setSkipHeaderRecord(true).get();
    return FileIO.fromPath(file)
        .via(CsvFlow.parse(format))
        .map((CSVRecord record) -> record.get("customer"))
        .runForeach(System.out::println, system);
    // end::parse[]
  }

  // tag::record[]
  record Order(
      String id, LocalDate day, BigDecimal total, @CsvColumn("Customer No.") long customer) {}

  // end::record[]

  static Source<Order, CompletionStage<IOResult>> objects(Path file) {
    // tag::objects[]
    return FileIO.fromPath(file)
        .via(CsvFlow.rows(CSVFormat.RFC4180.builder().setHeader().get()))
        .map(row -> row.as(Order.class));
    // end::objects[]
  }

  static CsvParseSettings settings(ActorSystem system) {
    // tag::settings[]
    return CsvParseSettings.create(system)
        .withCharset(Charset.forName("windows-1252"))
        .withOnMalformed(MalformedPolicy.SKIP)
        .withMaxRecordBytes(100_000);
    // end::settings[]
  }

  static Control.Draining<Done> toKafka(
      ActorSystem system,
      SourceWithContext<ByteString, Committable, Control> chunks,
      CSVFormat format,
      DeadLetters<CsvRow> deadLetters,
      ProducerSettings<String, Order> producer) {
    // tag::divert[]
    CsvParseSettings emitting =
        CsvParseSettings.create(system).withOnMalformed(MalformedPolicy.EMIT);
    return chunks
        .via(CsvFlow.rowsWithContext(format, emitting))
        .via(deadLetters.mapWithContext(row -> row.as(Order.class)))
        .map(order -> new ProducerRecord<>("orders", order.id(), order))
        .via(KafkaFlow.produceWithContext(producer))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::divert[]
  }

  static CompletionStage<IOResult> format(ActorSystem system, Source<Order, ?> orders, Path file) {
    // tag::format[]
    CsvFormatSettings forExcel =
        CsvFormatSettings.create(system)
            .withByteOrderMark(MarkPolicy.WRITE)
            .withOnFormula(FormulaPolicy.QUOTE);
    return orders
        .via(CsvFlow.formatRecords(CSVFormat.EXCEL, Order.class, forExcel))
        .runWith(FileIO.toPath(file), system);
    // end::format[]
  }
}
