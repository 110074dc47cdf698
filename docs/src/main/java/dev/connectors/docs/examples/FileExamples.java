package dev.connectors.docs.examples;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.file.ChangeSettings;
import dev.connectors.file.ExistingFiles;
import dev.connectors.file.FileChange;
import dev.connectors.file.FileFlow;
import dev.connectors.file.FileReadSettings;
import dev.connectors.file.FileSink;
import dev.connectors.file.FileSource;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.Move;
import dev.connectors.file.TailLine;
import dev.connectors.file.TailSettings;
import dev.connectors.file.TailedFiles;
import dev.connectors.file.WrittenFile;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.FlowWithContext;
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

  static Control.Draining<Done> tail(ActorSystem system) {
    // tag::tail[]
    TailedFiles logs = TailedFiles.glob(Path.of("/var/log/orders"), "*.log");
    CheckpointStore positions = CheckpointStore.files(Path.of("/var/lib/orders/positions"));

    return FileSource.tailCommittable("orders", logs, positions, TailSettings.create(system))
        .map(TailLine::text)
        .via(store())
        .asSource()
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::tail[]
  }

  private static FlowWithContext<String, Committable, String, Committable, NotUsed> store() {
    return FlowWithContext.create();
  }

  static Source<String, Control> changes(ActorSystem system) {
    // tag::changes[]
    ChangeSettings settings = ChangeSettings.create(system).withExisting(ExistingFiles.ANNOUNCE);

    return FileSource.changes(Path.of("/data/in"), settings)
        .filter(change -> change.kind() != FileChange.Kind.DELETED)
        .flatMapConcat(change -> FileSource.lines(change.path()));
    // end::changes[]
  }
}
