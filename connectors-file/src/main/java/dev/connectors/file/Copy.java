package dev.connectors.file;

import java.nio.file.Path;

/**
 * A file to be copied.
 *
 * @param from what is copied
 * @param to what the copy is to be called: the whole path, not the directory to put it in
 */
public record Copy(Path from, Path to) {}
