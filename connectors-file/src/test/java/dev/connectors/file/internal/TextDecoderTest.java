package dev.connectors.file.internal;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.file.MalformedTextPolicy;
import dev.connectors.file.internal.Pieces.Decoded;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class TextDecoderTest {
  @Provide
  Arbitrary<Charset> charsets() {
    return Arbitraries.of(
            "UTF-8",
            "UTF-16",
            "UTF-16LE",
            "UTF-16BE",
            "UTF-32",
            "UTF-32LE",
            "GB18030",
            "Shift_JIS",
            "ISO-2022-JP",
            "windows-1252",
            "US-ASCII")
        .map(Charset::forName);
  }

  private static String decode(Charset charset, List<ByteString> pieces) {
    Decoded<String> decoded =
        Pieces.decode(new TextDecoder(charset, MalformedTextPolicy.REPLACE), pieces);
    assertThat(decoded.failure()).isEmpty();
    return String.join("", decoded.records());
  }

  @Property(tries = 1_000)
  void next_cutAnywhere_isTheWholeText(
      @ForAll("charsets") Charset charset,
      @ForAll String text,
      @ForAll @IntRange(min = 1, max = 12) int most,
      @ForAll Random random) {
    byte[] bytes = ("x" + text).getBytes(charset);

    assertThat(decode(charset, Pieces.random(bytes, most, random)))
        .isEqualTo(new String(bytes, charset));
  }

  @Property(tries = 1_000)
  void next_anyBytesCutAnywhere_endTheSameWay(
      @ForAll("charsets") Charset charset,
      @ForAll MalformedTextPolicy policy,
      @ForAll byte[] bytes,
      @ForAll @IntRange(min = 1, max = 5) int most,
      @ForAll Random random) {
    Decoded<String> whole = Pieces.decode(new TextDecoder(charset, policy), Pieces.whole(bytes));

    Decoded<String> cut =
        Pieces.decode(new TextDecoder(charset, policy), Pieces.random(bytes, most, random));

    assertThat(String.join("", cut.records())).isEqualTo(String.join("", whole.records()));
    assertThat(cut.failure()).isEqualTo(whole.failure());
  }

  @Property(tries = 1_000)
  void encode_cutAnywhere_isTheWholeEncoded(
      @ForAll("charsets") Charset charset, @ForAll String text, @ForAll Random random)
      throws Exception {
    TextEncoder encoder = new TextEncoder(charset, MalformedTextPolicy.REPLACE);
    ByteString encoded = ByteString.emptyByteString();
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + random.nextInt(3));
      encoded = encoded.concat(encoder.encode(text.substring(at, end)));
      at = end;
    }
    encoded = encoded.concat(encoder.end());

    assertThat(encoded.toArray()).isEqualTo(text.getBytes(charset));
  }

  @Test
  void next_byteOrderMark_decidesAndIsLeftOut() {
    for (Charset charset : List.of(UTF_8, UTF_16LE, StandardCharsets.UTF_16BE)) {
      byte[] bytes = "\uFEFFtext".getBytes(charset);
      assertThat(decode(UTF_8, Pieces.whole(bytes))).isEqualTo("text");
      assertThat(decode(UTF_8, Pieces.random(bytes, 1, new Random(1)))).isEqualTo("text");
    }
  }

  @Test
  void next_malformed_emitsWhatIsBeforeAndNamesThePlace() {
    byte[] bytes = "\uFEFFgrün".getBytes(UTF_8);
    bytes[6] = 'x'; // the second byte of the umlaut

    Decoded<String> decoded =
        Pieces.decode(new TextDecoder(UTF_8, MalformedTextPolicy.FAIL), Pieces.whole(bytes));

    assertThat(decoded.records()).containsExactly("gr");
    assertThat(decoded.failure()).isEqualTo("bytes that are no text in UTF-8 at byte 5");
  }

  @Test
  void next_endsWithinACharacter_isMalformed() {
    Decoded<String> decoded =
        Pieces.decode(
            new TextDecoder(UTF_8, MalformedTextPolicy.FAIL), Pieces.whole(new byte[] {'a', -61}));

    assertThat(decoded.records()).containsExactly("a");
    assertThat(decoded.failure()).isEqualTo("bytes that are no text in UTF-8 at byte 1");
  }

  @Test
  void encode_whatTheCharsetLacks_fails() throws Exception {
    TextEncoder encoder = new TextEncoder(StandardCharsets.US_ASCII, MalformedTextPolicy.FAIL);
    encoder.encode("abc");

    assertThatThrownBy(() -> encoder.encode("dü"))
        .hasMessage("a character that US-ASCII lacks is to be written at byte 4");
  }

  @Test
  void encode_utf16_writesOneMark() throws Exception {
    TextEncoder encoder = new TextEncoder(UTF_16, MalformedTextPolicy.FAIL);

    assertThat(encoder.encode("a").concat(encoder.encode("b")).toArray())
        .isEqualTo("ab".getBytes(UTF_16));
  }
}
