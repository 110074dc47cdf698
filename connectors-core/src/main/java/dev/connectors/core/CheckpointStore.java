package dev.connectors.core;

import dev.connectors.core.internal.FileCheckpointStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps the positions of sources whose server keeps none, such as the tail of a file: a few
 * kilobytes under a name, replaced as a whole.
 *
 * <p>What an implementation owes:
 *
 * <ul>
 *   <li><b>Durable:</b> when {@link #save} returns, the value survives a crash of the process and
 *       of the machine.
 *   <li><b>Whole:</b> {@link #load} gives a value that was saved, all of it: after a crash in the
 *       middle of {@code save} the one before or the new one. What is damaged nevertheless is an
 *       exception, never a value, and never as if there were none: a source that began anew would
 *       read everything again.
 *   <li><b>Independent:</b> names don't affect each other, whatever characters they have.
 * </ul>
 *
 * <p>Calls may block: a source makes them off its stage, for one name one at a time. One process
 * uses a name at a time. {@code CheckpointStoreContract} of the testkit has all this as tests.
 */
public interface CheckpointStore {
  /** The largest value, 16 MiB. */
  int MAX_BYTES = 16 * 1024 * 1024;

  /**
   * The value that was saved last, empty if there is none.
   *
   * @throws CorruptCheckpointException if what is there is damaged
   * @throws IOException if it can't be read
   */
  Optional<byte[]> load(String name) throws IOException;

  /**
   * Replaces the value. When it fails, {@link #load} gives the one before or the new one.
   *
   * @throws IllegalArgumentException if the name is blank, or the value larger than {@link
   *     #MAX_BYTES}
   * @throws IOException if it can't be made durable
   */
  void save(String name, byte[] value) throws IOException;

  /** Forgets the value, durably; does nothing if there is none. */
  void delete(String name) throws IOException;

  /**
   * The default: a file {@code <name>.checkpoint} for each name in {@code directory}, which is made
   * when first saved to. A value is written under a temporary name, synced, renamed, and then the
   * directory is synced; a checksum shows damage. Thread-safe. Characters of the name other than
   * letters, digits, {@code -}, {@code _} and {@code .} of ASCII stand percent-encoded in the
   * file's name, which the file system bounds, mostly to 255 bytes.
   *
   * <p>The file system must rename atomically, which local ones do.
   */
  static CheckpointStore files(Path directory) {
    return new FileCheckpointStore(directory);
  }
}
