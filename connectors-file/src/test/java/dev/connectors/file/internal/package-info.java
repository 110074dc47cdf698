@NullMarked
package dev.connectors.file.internal;

import org.jspecify.annotations.NullMarked;
