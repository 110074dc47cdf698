@NullMarked
package dev.connectors.s3;

import org.jspecify.annotations.NullMarked;
