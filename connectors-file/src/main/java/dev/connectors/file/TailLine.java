package dev.connectors.file;

import java.nio.file.Path;

/**
 * A line of a file that grows.
 *
 * @param text without its terminator, LF or CR LF, and without the byte order mark that UTF-8 may
 *     begin with
 * @param path the name that the file had when the line was read
 * @param fileKey what tells the file from others, whatever its name: on Unix the device and the
 *     inode
 * @param offset of the line's first byte in the file
 */
public record TailLine(String text, Path path, String fileKey, long offset) {}
