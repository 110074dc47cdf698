/**
 * What runs inside the forked JVM, beside the server's own jars.
 *
 * <p>Compiled against the server, which is on no user's class path: code outside this package must
 * name these classes as strings only. Nothing here may use a library that the server doesn't bring.
 */
@NullMarked
package dev.connectors.testkit.internal.launcher;

import org.jspecify.annotations.NullMarked;
