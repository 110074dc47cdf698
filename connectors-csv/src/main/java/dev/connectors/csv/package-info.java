/** CSV as flows: bytes to rows and rows to bytes, in the dialects of Apache Commons CSV. */
@NullMarked
package dev.connectors.csv;

import org.jspecify.annotations.NullMarked;
