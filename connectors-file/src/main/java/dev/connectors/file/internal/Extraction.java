package dev.connectors.file.internal;

import dev.connectors.core.internal.Disk;
import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.SyncPolicy;
import dev.connectors.file.WrittenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;

/** Makes files and directories of entries, below a directory. */
public final class Extraction {
  private final Path directory;
  private final FileWriteSettings settings;

  public Extraction(Path directory, FileWriteSettings settings) {
    this.directory = directory.toAbsolutePath().normalize();
    this.settings = settings.withRoot(this.directory);
  }

  /** Makes a directory, with the one that all are below. */
  private Path mkdirs(Path path) throws IOException {
    if (settings.sync() == SyncPolicy.FILE_AND_DIRECTORY) {
      new Disk().createDirectory(directory);
    } else {
      Files.createDirectories(directory);
    }
    return new Operations(settings).mkdirs(path);
  }

  DraftFile draft(Path path) throws IOException {
    mkdirs(DraftFile.parent(path));
    return new DraftFile(path, settings);
  }

  /** What becomes of one entry. */
  public Source<WrittenFile, NotUsed> extract(ArchiveEntry entry) throws ArchiveException {
    EntryHeader header = entry.header();
    String danger = EntryNames.danger(header);
    if (danger != null) {
      throw new ArchiveException(Reason.UNSAFE_NAME, header.name(), danger, null);
    }
    Path path = directory.resolve(EntryNames.normal(header.name()));
    if (header.type() == EntryType.FILE) {
      return entry.content().via(new ExtractStage(() -> draft(path)));
    }
    if (header.type() == EntryType.DIRECTORY) {
      return Source.single(path)
          .via(
              Flow.<Path>create()
                  .map(this::mkdirs)
                  .withAttributes(FileDispatcher.named("ArchiveFlow.extract")))
          .mapConcat(made -> List.of());
    }
    throw new ArchiveException(
        Reason.LINK,
        header.name(),
        "is a " + ArchiveGuard.described(header.type()) + ", only files and directories are made",
        null);
  }
}
