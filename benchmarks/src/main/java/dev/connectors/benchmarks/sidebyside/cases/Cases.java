package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Case;
import dev.connectors.benchmarks.sidebyside.Workload;
import java.util.List;

/** All cases, in the order in which they are listed and shown. */
public final class Cases {
  private static final int PARTITIONS = 6;

  /** The same for all that read, which share their topics. */
  private static final long OF_100_BYTES = 5_000_000;

  private static final long OF_1_KB = 1_000_000;

  private static final long OF_JMS = 50_000;

  private static final long OF_PUBSUB = 100_000;

  private static final long CSV_ROWS = 1_000_000;

  private static final long FILE_KIB = 512 * 1024;

  private static final long OBJECT_KIB = 256 * 1024;

  private static final int KIB = 1024;

  private Cases() {}

  public static List<Case> all() {
    return List.of(
        Case.bars(
            "kafka-consume",
            "Reads a topic to its end: plain without commits, committable with them.",
            List.of(
                Workload.of("plain, 100 B", OF_100_BYTES, KafkaConsume.plain(PARTITIONS, 100)),
                Workload.of("plain, 1 KB", OF_1_KB, KafkaConsume.plain(PARTITIONS, 1000)),
                Workload.of(
                    "committable, 100 B", OF_100_BYTES, KafkaConsume.committable(PARTITIONS, 100)),
                Workload.of(
                    "committable, 1 KB", OF_1_KB, KafkaConsume.committable(PARTITIONS, 1000)))),
        Case.bars(
            "kafka-produce",
            "Fills a topic, with up to 10,000 records not acknowledged.",
            List.of(
                Workload.of("100 B", 2_000_000, KafkaProduce.produce(PARTITIONS, 100)),
                Workload.of("1 KB", 500_000, KafkaProduce.produce(PARTITIONS, 1000)))),
        Case.bars(
            "kafka-copy",
            "Reads a topic, makes a new record of each, produces it to another, and commits what is acknowledged.",
            List.of(
                Workload.of("100 B", 1_000_000, KafkaCopy.copy(PARTITIONS, 100, Clients.IN_FLIGHT)),
                Workload.of("1 KB", 400_000, KafkaCopy.copy(PARTITIONS, 1000, Clients.IN_FLIGHT)))),
        Case.bars(
            "elasticsearch-bulk",
            "Indexes small documents, in bulks of 1,000, three at a time.",
            List.of(Workload.of("100 B", 100_000, ElasticsearchBulk.bulk(100)))),
        Case.bars(
            "kafka-to-elasticsearch",
            "Indexes the records of a topic, and commits what is confirmed.",
            List.of(Workload.of("100 B", 100_000, KafkaToElasticsearch.index(PARTITIONS, 100)))),
        Case.bars(
            "jms-consume-transacted",
            "Empties a queue of messages of 100 B, in transactions of 100.",
            List.of(
                Workload.of("Classic", OF_JMS, JmsConsume.transacted(JmsBrokers.Kind.CLASSIC)),
                Workload.of("Artemis", OF_JMS, JmsConsume.transacted(JmsBrokers.Kind.ARTEMIS)))),
        Case.bars(
            "jms-consume-individual",
            "Empties a queue of messages of 100 B, each acknowledged by itself, the last of 64 waited for.",
            List.of(
                Workload.of("Classic", OF_JMS, JmsConsume.individual(JmsBrokers.Kind.CLASSIC)),
                Workload.of("Artemis", OF_JMS, JmsConsume.individual(JmsBrokers.Kind.ARTEMIS)))),
        Case.bars(
            "jms-produce",
            "Fills a queue with persistent messages of 100 B: in transactions of 100, or asynchronously with up to 1,000 not confirmed.",
            List.of(
                Workload.of(
                    "Classic, transacted", OF_JMS, JmsProduce.transacted(JmsBrokers.Kind.CLASSIC)),
                Workload.of(
                    "Classic, asynchronous",
                    OF_JMS,
                    JmsProduce.asynchronous(JmsBrokers.Kind.CLASSIC)),
                Workload.of(
                    "Artemis, transacted", OF_JMS, JmsProduce.transacted(JmsBrokers.Kind.ARTEMIS)),
                Workload.of(
                    "Artemis, asynchronous",
                    OF_JMS,
                    JmsProduce.asynchronous(JmsBrokers.Kind.ARTEMIS)))),
        Case.bars(
            "pubsub-publish",
            "Publishes to a topic of the emulator, with up to 5,000 messages not confirmed, in requests of up to 100.",
            List.of(
                Workload.of("100 B", OF_PUBSUB, PubSubPublish.publish(100, 0)),
                Workload.of("1 KB", OF_PUBSUB, PubSubPublish.publish(1000, 0)),
                Workload.of("100 B, 100 keys", OF_PUBSUB, PubSubPublish.publish(100, 100)))),
        Case.bars(
            "pubsub-consume",
            "Empties a subscription of the emulator, each message acknowledged.",
            List.of(
                Workload.of("100 B", OF_PUBSUB, PubSubConsume.consume(100)),
                Workload.of("1 KB", OF_PUBSUB, PubSubConsume.consume(1000)))),
        Case.bars(
            "csv-parse",
            "Parses CSV in memory, rows of eight values, to strings and to records of Commons CSV.",
            List.of(
                Workload.of("plain, one thread", CSV_ROWS, CsvParse.rows(false, 1)),
                Workload.of("plain, two threads", CSV_ROWS, CsvParse.rows(false, 2)),
                Workload.of("records, one thread", CSV_ROWS, CsvParse.records(false, 1)),
                Workload.of("records, two threads", CSV_ROWS, CsvParse.records(false, 2)),
                Workload.of("quoted, one thread", CSV_ROWS, CsvParse.rows(true, 1)),
                Workload.of("quoted, two threads", CSV_ROWS, CsvParse.rows(true, 2)))),
        Case.bars(
            "csv-format",
            "Writes CSV to memory, rows of eight values.",
            List.of(
                Workload.of("plain", CSV_ROWS, CsvFormat.format(false)),
                Workload.of("some quoted", CSV_ROWS, CsvFormat.format(true)))),
        Case.bars(
            "s3-upload",
            "Writes an object of 256 MiB in parts of 8 MiB, four at a time, in records of 1 KiB; the raw client is the transfer manager.",
            List.of(
                Workload.of("stream", OBJECT_KIB, S3Upload.stream()),
                Workload.of("file", OBJECT_KIB, S3Upload.file()))),
        Case.bars(
            "s3-download",
            "Reads an object of 256 MiB over one connection, in records of 1 KiB; into a file, the raw client is the transfer manager.",
            List.of(
                Workload.of("stream", OBJECT_KIB, S3Download.stream()),
                Workload.of("file", OBJECT_KIB, S3Download.file()))),
        Case.heapCurve(
            "s3-upload-heap",
            "Heap held while an object is written as a stream, by its size; looked at every 16 MiB.",
            "MiB",
            List.of(
                object(64, S3Upload.heap()),
                object(128, S3Upload.heap()),
                object(256, S3Upload.heap()))),
        Case.heapCurve(
            "s3-download-heap",
            "Heap held while an object is read as a stream, by its size; looked at every 16 MiB.",
            "MiB",
            List.of(
                object(64, S3Download.heap()),
                object(128, S3Download.heap()),
                object(256, S3Download.heap()))),
        Case.bars(
            "s3-put",
            "Puts objects of 10 KB, 16 at a time.",
            List.of(Workload.of("10 KB", 5_000, S3SmallPuts.put(10_000)))),
        Case.bars(
            "file-copy",
            "Copies a file of 512 MiB that is in memory, in records of 1 KiB, as a stream of bytes and as a file; the rival is Pekko's own FileIO.",
            List.of(
                Workload.of("stream, not synced", FILE_KIB, FileCopy.copy()),
                Workload.of("stream, synced", FILE_KIB, FileCopy.synced()),
                Workload.of("FileFlow.copy, not synced", FILE_KIB, FileCopy.whole()))),
        Case.bars(
            "file-tail",
            "Reads the lines of a file as a tail does when it starts, without and with positions that are saved; the raw loop saves as often.",
            List.of(
                Workload.of("plain, 100 B", 5_000_000, FileTail.plain(100)),
                Workload.of("plain, 1 KB", 500_000, FileTail.plain(1000)),
                Workload.of("committable, 100 B", 5_000_000, FileTail.committable(100)),
                Workload.of("committable, 1 KB", 500_000, FileTail.committable(1000)))),
        Case.bars(
            "zip-read",
            "Reads the entries of a zip in a file, rows of CSV, with their contents.",
            List.of(
                Workload.of("entries of 4 KiB", 50_000, ZipRead.read(4 * KIB)),
                Workload.of("entries of 1 MiB", 300, ZipRead.read(1024 * KIB)))),
        Case.bars(
            "zip-write",
            "Writes a zip to memory, of rows of CSV, with zlib's default level.",
            List.of(
                Workload.of("entries of 4 KiB", 20_000, ZipWrite.write(4 * KIB)),
                Workload.of("entries of 1 MiB", 60, ZipWrite.write(1024 * KIB)))),
        Case.curve(
            "partitions",
            "Reads a topic of records of 100 B with commits, by the number of its partitions.",
            "partitions",
            List.of(partitions(1), partitions(6), partitions(24), partitions(96))),
        Case.curve(
            "in-flight",
            "Copies a topic of records of 100 B with commits, by how many records may be read and not acknowledged.",
            "records in flight",
            List.of(
                inFlight(10, 3_000),
                inFlight(100, 50_000),
                inFlight(1_000, 1_000_000),
                inFlight(10_000, 1_000_000))),
        Case.curve(
            "record-size",
            "Reads a topic with commits, by the size of its records.",
            "bytes",
            List.of(
                size(100, OF_100_BYTES),
                size(1_000, OF_1_KB),
                size(10_000, 100_000),
                size(100_000, 10_000))),
        Case.heapCurve(
            "stalled-sink",
            "Heap held while a sink with 1,000 records in hand does not answer, by the size of the records.",
            "bytes",
            List.of(
                stalled(100, 50_000),
                stalled(1_000, 50_000),
                stalled(10_000, 20_000),
                stalled(100_000, 5_000))));
  }

  private static Workload partitions(int partitions) {
    return new Workload(
        partitions == 1 ? "1 partition" : partitions + " partitions",
        partitions,
        OF_100_BYTES,
        KafkaConsume.committable(partitions, 100));
  }

  private static Workload inFlight(int bound, long records) {
    return new Workload(
        bound + " in flight", bound, records, KafkaCopy.copy(PARTITIONS, 100, bound));
  }

  private static Workload size(int bytes, long records) {
    return new Workload(bytes + " B", bytes, records, KafkaConsume.committable(PARTITIONS, bytes));
  }

  private static Workload object(int mebibytes, Workload.Setup setup) {
    return new Workload(mebibytes + " MiB", mebibytes, mebibytes * 1024L, setup);
  }

  private static Workload stalled(int bytes, long records) {
    return new Workload(bytes + " B", bytes, records, StalledSink.stall(PARTITIONS, bytes));
  }
}
