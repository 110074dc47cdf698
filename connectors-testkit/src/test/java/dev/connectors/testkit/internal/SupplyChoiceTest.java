package dev.connectors.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.testkit.ServerStartException;
import dev.connectors.testkit.ServerSupply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SupplyChoiceTest {
  private static final String IMAGE = "apache/kafka:4.4.0";
  private static final String REAPER = "testcontainers/ryuk:0.14.0";

  private final FakeDocker docker = new FakeDocker();

  @Test
  void of_local_asksNoDocker() {
    docker.unavailable = "must not be asked";

    assertThat(choose(ServerSupply.LOCAL)).isEqualTo(ServerSupply.LOCAL);
    assertThat(docker.asked).isEmpty();
  }

  @Test
  void of_autoAndImageThere_isContainers() {
    docker.images.addAll(List.of(IMAGE, REAPER));

    assertThat(choose(ServerSupply.AUTO)).isEqualTo(ServerSupply.CONTAINERS);
    assertThat(docker.asked).containsExactly("daemon", "has " + IMAGE, "has " + REAPER);
  }

  @Test
  void of_autoAndNoDaemon_isLocal() {
    docker.unavailable = "no Docker daemon answers";

    assertThat(choose(ServerSupply.AUTO)).isEqualTo(ServerSupply.LOCAL);
    assertThat(docker.asked).containsExactly("daemon");
  }

  @Test
  void of_autoAndImageAbsent_pullsItWithinTwoMinutes() {
    docker.images.add(REAPER);
    docker.registry.add(IMAGE);

    assertThat(choose(ServerSupply.AUTO)).isEqualTo(ServerSupply.CONTAINERS);
    assertThat(docker.asked).contains("pull " + IMAGE + " within PT2M");
  }

  @Test
  void of_autoAndImageCannotBePulled_isLocal() {
    assertThat(choose(ServerSupply.AUTO)).isEqualTo(ServerSupply.LOCAL);
  }

  @Test
  void of_autoAndReaperCannotBePulled_isLocal() {
    docker.images.add(IMAGE);

    assertThat(choose(ServerSupply.AUTO)).isEqualTo(ServerSupply.LOCAL);
  }

  @Test
  void of_autoAndReaperDisabled_isContainers() {
    docker.images.add(IMAGE);
    docker.reaper = null;

    assertThat(choose(ServerSupply.AUTO)).isEqualTo(ServerSupply.CONTAINERS);
  }

  @Test
  void of_autoAndOnlyLocal_isLocal() {
    docker.images.addAll(List.of(IMAGE, REAPER));

    assertThat(SupplyChoice.of(ServerSupply.AUTO, "Kafka", IMAGE, "its data is here", docker))
        .isEqualTo(ServerSupply.LOCAL);
    assertThat(docker.asked).isEmpty();
  }

  @Test
  void of_containersAndImageThere_isContainers() {
    docker.images.addAll(List.of(IMAGE, REAPER));

    assertThat(choose(ServerSupply.CONTAINERS)).isEqualTo(ServerSupply.CONTAINERS);
  }

  @Test
  void of_containersAndNoDaemon_fails() {
    docker.unavailable = "no Docker daemon answers";

    assertThatThrownBy(() -> choose(ServerSupply.CONTAINERS))
        .isInstanceOf(ServerStartException.class)
        .hasMessage(
            "Kafka was asked for as a container, which it can't be: no Docker daemon answers");
  }

  @Test
  void of_containersAndImageAbsent_failsAndNamesIt() {
    assertThatThrownBy(() -> choose(ServerSupply.CONTAINERS))
        .isInstanceOf(ServerStartException.class)
        .hasMessageContaining(IMAGE)
        .hasMessageContaining("no such host");
  }

  @Test
  void of_containersAndReaperAbsent_saysHowToDoWithout() {
    docker.images.add(IMAGE);

    assertThatThrownBy(() -> choose(ServerSupply.CONTAINERS))
        .isInstanceOf(ServerStartException.class)
        .hasMessageContaining(REAPER)
        .hasMessageContaining("TESTCONTAINERS_RYUK_DISABLED=true");
  }

  @Test
  void of_containersAndOnlyLocal_fails() {
    assertThatThrownBy(
            () ->
                SupplyChoice.of(
                    ServerSupply.CONTAINERS, "Kafka", IMAGE, "its data is here", docker))
        .isInstanceOf(ServerStartException.class)
        .hasMessageContaining("its data is here");
  }

  private ServerSupply choose(ServerSupply wanted) {
    return SupplyChoice.of(wanted, "Kafka", IMAGE, null, docker);
  }

  /** A daemon with these images, and a registry. */
  private static final class FakeDocker implements Docker {
    final Set<String> images = new HashSet<>();
    final Set<String> registry = new HashSet<>();
    final List<String> asked = new ArrayList<>();
    @Nullable String unavailable;
    @Nullable String reaper = REAPER;

    @Override
    public @Nullable String unavailable() {
      asked.add("daemon");
      return unavailable;
    }

    @Override
    public boolean has(String image) {
      asked.add("has " + image);
      return images.contains(image);
    }

    @Override
    public @Nullable String pull(String image, Duration patience) {
      asked.add("pull " + image + " within " + patience);
      return registry.contains(image) ? null : "no such host";
    }

    @Override
    public @Nullable String reaperImage() {
      return reaper;
    }

    @Override
    public String publishedAt() {
      return "127.0.0.1";
    }
  }
}
