package dev.connectors.core;

import java.time.Instant;

/**
 * What is known when a file or object begins, to name it by.
 *
 * <p>A name made of the partition and of a position in the first element is the same when the
 * source is read again from that element on: the file is replaced then, and nothing doubles.
 *
 * @param partition what the file is for; empty if there is one partition only
 * @param first the element that is written first
 * @param number of the file in this stream, from 1 on; begins anew with each run
 * @param time when it was begun
 * @param <T> the elements
 */
public record RollingStart<T>(String partition, T first, long number, Instant time) {}
