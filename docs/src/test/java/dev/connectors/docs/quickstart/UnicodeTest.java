package dev.connectors.docs.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.connectors.docs.quickstart.Unicode.Named;
import java.io.ByteArrayInputStream;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

class UnicodeTest {
  @Test
  void of_snowman_isDescribed() {
    assertThat(Named.of(0x2603))
        .isEqualTo(
            new Named("U+2603", "☃", "SNOWMAN", "miscellaneous symbols", "common", "other symbol"));
  }

  @Test
  void json_all_areAsManyAsCounted() {
    long count = 0;
    for (Iterator<byte[]> all = Unicode.json(); all.hasNext(); all.next()) {
      count++;
    }

    assertThat(count).isEqualTo(Unicode.count()).isBetween(140_000L, 200_000L);
  }

  @Test
  void json_controlCharacter_isOneValidLine() throws Exception {
    byte[] nul = Unicode.json().next();

    assertThat(new JsonLines("unicode", new ByteArrayInputStream(nul)).next()).isEqualTo(nul);
    assertThat(new ObjectMapper().readTree(nul).get("name").asText()).isEqualTo("NULL");
  }
}
