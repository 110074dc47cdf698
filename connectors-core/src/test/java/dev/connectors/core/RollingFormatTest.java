package dev.connectors.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.core.internal.RollingOutput;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class RollingFormatTest {
  private static final RollingFormat<String> ARRAY =
      RollingFormat.<String>of(ByteString::fromString)
          .withHeader(ByteString.fromString("["))
          .withSeparator(ByteString.fromString(","))
          .withFooter(ByteString.fromString("]"));

  private ByteString written = ByteString.emptyByteString();

  private RollingOutput<String> output(RollingFormat<String> format) throws IOException {
    return new RollingOutput<>(format, bytes -> written = written.concat(bytes));
  }

  @Test
  void write_elements_standBetweenHeaderAndFooter() throws Exception {
    RollingOutput<String> output = output(ARRAY);
    for (String element : List.of("1", "", "3")) {
      output.write(element);
    }
    output.end();

    assertThat(written.utf8String()).isEqualTo("[1,,3]");
  }

  @Test
  void write_lines_endWithLineFeeds() throws Exception {
    RollingOutput<String> output = output(RollingFormat.lines(line -> line));
    output.write("a");
    output.write("ä");
    output.end();

    assertThat(written).isEqualTo(ByteString.fromString("a\nä\n"));
  }

  @Test
  void write_encoded_encodesHeaderElementsAndFooter() throws Exception {
    RollingOutput<String> output = output(ARRAY.withEncoding(GZIPOutputStream::new));
    output.write("1");
    output.write("2");
    output.end();

    byte[] decoded =
        new GZIPInputStream(new ByteArrayInputStream(written.toArray())).readAllBytes();
    assertThat(new String(decoded, java.nio.charset.StandardCharsets.UTF_8)).isEqualTo("[1,2]");
  }

  @Test
  void abort_encoded_closesTheEncoderAndWritesNothing() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    RollingOutput<String> output =
        output(
            ARRAY.withEncoding(
                out ->
                    new FilterOutputStream(new GZIPOutputStream(out)) {
                      @Override
                      public void close() throws IOException {
                        closed.incrementAndGet();
                        super.close();
                        throw new IOException("late");
                      }
                    }));
    output.write("1");
    ByteString before = written;

    output.abort();

    assertThat(closed).hasValue(1);
    assertThat(written).isEqualTo(before);
  }

  @Test
  void write_functionFails_failsWithThat() throws Exception {
    IllegalStateException bug = new IllegalStateException("bug");
    RollingOutput<String> output =
        output(
            RollingFormat.of(
                element -> {
                  throw bug;
                }));

    assertThatThrownBy(() -> output.write("1")).isSameAs(bug);
  }
}
