@NullMarked
package dev.connectors.s3.internal;

import org.jspecify.annotations.NullMarked;
