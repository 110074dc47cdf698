package dev.connectors.file;

import java.nio.file.Path;

/**
 * A file or directory to be moved.
 *
 * @param from what it is called
 * @param to what it is to be called: the whole path, not the directory to put it in
 */
public record Move(Path from, Path to) {}
