package dev.connectors.docs.examples;

import dev.connectors.file.FileFlow;
import dev.connectors.file.FileReadSettings;
import dev.connectors.file.FileSink;
import dev.connectors.file.FileSource;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.Move;
import dev.connectors.file.WrittenFile;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Reading, writing and moving files. */
final class FileExamples {
  private FileExamples() {}

  static CompletionStage<WrittenFile> copy(ActorSystem system) {
    // tag::copy[]
    return FileSource.lines(Path.of("orders.txt"))
        .filter(line -> !line.isBlank())
        .map(line -> ByteString.fromString(line + "\n"))
        .runWith(FileSink.bytes(Path.of("orders-clean.txt")), system);
    // end::copy[]
  }

  static Source<ByteString, NotUsed> upload(ActorSystem system, Path name) {
    // tag::root[]
    FileReadSettings uploads = FileReadSettings.create(system).withRoot(Path.of("/srv/uploads"));
    return FileSource.bytes(name, uploads);
    // end::root[]
  }

  static CompletionStage<Done> archive(ActorSystem system) {
    // tag::move[]
    Path done = Path.of("/data/done");
    return FileSource.list(Path.of("/data/in"))
        .map(file -> new Move(file, done.resolve(file.getFileName())))
        .via(FileFlow.move(FileWriteSettings.create(system)))
        .runWith(Sink.ignore(), system);
    // end::move[]
  }
}
