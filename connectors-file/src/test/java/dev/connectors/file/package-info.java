@NullMarked
package dev.connectors.file;

import org.jspecify.annotations.NullMarked;
