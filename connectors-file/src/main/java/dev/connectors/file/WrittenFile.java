package dev.connectors.file;

import java.nio.file.Path;

/**
 * A file that is complete, under its name.
 *
 * @param path its name
 * @param bytes its size
 */
public record WrittenFile(Path path, long bytes) {}
