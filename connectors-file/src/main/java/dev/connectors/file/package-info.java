/** Files and directories as Sources, Flows and Sinks on java.nio. */
@NullMarked
package dev.connectors.file;

import org.jspecify.annotations.NullMarked;
