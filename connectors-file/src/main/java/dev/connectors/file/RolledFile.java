package dev.connectors.file;

import java.nio.file.Path;

/**
 * A file of several that elements were written into: complete, under its name.
 *
 * @param path its name
 * @param partition what it is for; empty if there is one partition only
 * @param elements how many are in it
 * @param bytes its size
 */
public record RolledFile(Path path, String partition, long elements, long bytes) {}
