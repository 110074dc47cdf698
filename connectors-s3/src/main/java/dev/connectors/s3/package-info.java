/** Objects of S3 as Sources, Flows and Sinks on the AWS SDK v2. */
@NullMarked
package dev.connectors.s3;

import org.jspecify.annotations.NullMarked;
