package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.file.LengthPrefix;
import dev.connectors.file.internal.Pieces.Decoded;
import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDecoderTest {
  private static final int MAX = 1_000;

  @Provide
  Arbitrary<LengthPrefix> prefixes() {
    Arbitrary<LengthPrefix> fixed =
        Arbitraries.of(2, 3, 4, 8)
            .flatMap(
                bytes ->
                    Arbitraries.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)
                        .map(order -> new LengthPrefix.Fixed(bytes, order)));
    return Arbitraries.oneOf(
        fixed, Arbitraries.of(new LengthPrefix.Varint(), new LengthPrefix.Decimal()));
  }

  @Property(tries = 1_000)
  void next_whatWasEncodedCutAnywhere_isTheSameRecords(
      @ForAll("prefixes") LengthPrefix prefix,
      @ForAll @Size(max = 10) List<@IntRange(max = 400) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 300) int most,
      @ForAll Random random)
      throws Exception {
    List<ByteString> records = new ArrayList<>();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int length : lengths) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      records.add(ByteString.fromArray(bytes));
      out.write(RecordEncoder.encode(prefix, ByteString.fromArray(bytes)).toArray());
    }

    Decoded<ByteString> decoded =
        Pieces.decode(
            new RecordDecoder(prefix, MAX), Pieces.random(out.toByteArray(), most, random));

    assertThat(decoded.records()).containsExactlyElementsOf(records);
    assertThat(decoded.failure()).isEmpty();
    if (!records.isEmpty()) {
      assertThat(decoded.ranges().get(records.size() - 1).to()).isEqualTo(out.size());
    }
  }

  private static Decoded<ByteString> decode(LengthPrefix prefix, int... bytes) {
    byte[] input = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      input[i] = (byte) bytes[i];
    }
    return Pieces.decode(new RecordDecoder(prefix, MAX), Pieces.whole(input));
  }

  @Test
  void next_tooLong_failsAtItsLength() {
    LengthPrefix two = new LengthPrefix.Fixed(2, ByteOrder.LITTLE_ENDIAN);
    assertThat(decode(two, 1, 0, 'x', 0xE9, 3).failure())
        .isEqualTo("a record is longer than max-record, 1000 bytes, at byte 3");
    LengthPrefix eight = new LengthPrefix.Fixed(8, ByteOrder.BIG_ENDIAN);
    assertThat(decode(eight, 0xFF, 0, 0, 0, 0, 0, 0, 0).failure()).contains("max-record");
    assertThat(decode(new LengthPrefix.Varint(), 0xE9, 0x07).failure()).contains("max-record");
    assertThat(decode(new LengthPrefix.Decimal(), '1', '0', '0', '1').failure())
        .contains("max-record");
  }

  @Test
  void next_noLength_fails() {
    LengthPrefix varint = new LengthPrefix.Varint();
    assertThat(decode(varint, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255).failure())
        .isEqualTo("a length of more than 10 bytes at byte 0");
    LengthPrefix decimal = new LengthPrefix.Decimal();
    assertThat(decode(decimal, '1', '\n', 'x', '-', '1').failure())
        .isEqualTo("something else than a length at byte 3");
    assertThat(decode(decimal, '\n').failure()).contains("something else");
    assertThat(decode(decimal, "00000000000000000000000".chars().toArray()).failure())
        .contains("something else");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 6})
  void next_endsWithinARecord_fails(int bytes) {
    int[] input = {0, 0, 0, 3, 'a', 'b'};
    Decoded<ByteString> decoded =
        decode(LengthPrefix.fourBytes(), java.util.Arrays.copyOf(input, bytes));

    assertThat(decoded.failure()).isEqualTo("the input ends within a record that begins at byte 0");
  }

  @Test
  void fixed_otherLengths_areRefused() {
    assertThatThrownBy(() -> new LengthPrefix.Fixed(5, ByteOrder.BIG_ENDIAN))
        .hasMessage("bytes is 5, allowed is 1, 2, 3, 4 or 8");
  }

  @Test
  void encode_lengthHasNoRoom_isRefused() {
    LengthPrefix one = new LengthPrefix.Fixed(1, ByteOrder.BIG_ENDIAN);
    assertThat(RecordEncoder.encode(one, ByteString.fromArray(new byte[255])).head())
        .isEqualTo((byte) 255);
    assertThatThrownBy(() -> RecordEncoder.encode(one, ByteString.fromArray(new byte[256])))
        .hasMessage("the length of a record is 256, allowed is less than 2^8, for its prefix");
  }
}
