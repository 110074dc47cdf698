package dev.connectors.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static Config bulk(String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(ConfigFactory.load().getConfig("connectors.elasticsearch.bulk"));
  }

  private static Config search(String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(ConfigFactory.load().getConfig("connectors.elasticsearch.search"));
  }

  @Test
  void bulk_defaults_areThoseOfReferenceConf() {
    assertThat(BulkSettings.create(bulk("")))
        .hasToString(
            "BulkSettings(name=elasticsearch-bulk, maxOperations=1000, maxBytes=5242880,"
                + " interval=PT0.1S, flush=WHEN_IDLE, parallelism=3, timeout=PT1M, onFailure=FAIL,"
                + " onConflict=EXTERNAL_VERSION, retry=RetrySettings(minBackoff=PT0.1S,"
                + " maxBackoff=PT10S, jitter=0.5, maxAttempts=1000, maxDuration=PT5M))");
  }

  @Test
  void bulk_badValues_nameKeyValueAndWhatIsAllowed() {
    BulkSettings settings = BulkSettings.create(bulk(""));
    assertThatThrownBy(() -> settings.withMaxOperations(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("connectors.elasticsearch.bulk.max-operations is 0, allowed is at least 1");
    assertThatThrownBy(() -> settings.withMaxBytes(0))
        .hasMessage("connectors.elasticsearch.bulk.max-bytes is 0, allowed is at least 1");
    assertThatThrownBy(() -> settings.withParallelism(-1))
        .hasMessage("connectors.elasticsearch.bulk.parallelism is -1, allowed is at least 1");
    assertThatThrownBy(() -> settings.withInterval(Duration.ZERO))
        .hasMessage("connectors.elasticsearch.bulk.interval is PT0S, allowed is longer than zero");
    assertThatThrownBy(() -> settings.withTimeout(Duration.ofSeconds(-1)))
        .hasMessage("connectors.elasticsearch.bulk.timeout is PT-1S, allowed is longer than zero");
    assertThatThrownBy(() -> settings.withName(" "))
        .hasMessageContaining("connectors.elasticsearch.bulk.name");
    assertThatThrownBy(() -> BulkSettings.create(bulk("on-conflict = sometimes")))
        .hasMessage(
            "connectors.elasticsearch.bulk.on-conflict is 'sometimes', allowed is"
                + " external-version, external-version-or-create, never");
    assertThatThrownBy(() -> BulkSettings.create(bulk("flush = now")))
        .hasMessage("connectors.elasticsearch.bulk.flush is 'now', allowed is when-idle, when-due");
  }

  @Test
  void bulk_withers_changeACopy() {
    BulkSettings settings = BulkSettings.create(bulk("on-failure = emit, retry.max-attempts = 7"));
    assertThat(settings.onFailure()).isEqualTo(FailurePolicy.EMIT);
    assertThat(settings.retry().maxAttempts()).isEqualTo(7);
    assertThat(settings.withOnConflict(ConflictPolicy.NEVER).onConflict())
        .isEqualTo(ConflictPolicy.NEVER);
    assertThat(settings.onConflict()).isEqualTo(ConflictPolicy.EXTERNAL_VERSION);
  }

  @Test
  void search_badValues_nameKeyValueAndWhatIsAllowed() {
    SearchSettings settings = SearchSettings.create(search(""));
    assertThat(settings)
        .asString()
        .startsWith(
            "SearchSettings(name=elasticsearch-search, pageSize=1000, keepAlive=PT1M,"
                + " timeout=PT1M, closeTimeout=PT5S");
    assertThatThrownBy(() -> settings.withPageSize(0))
        .hasMessage("connectors.elasticsearch.search.page-size is 0, allowed is at least 1");
    assertThatThrownBy(() -> settings.withKeepAlive(Duration.ofMillis(5)))
        .hasMessage(
            "connectors.elasticsearch.search.keep-alive is PT0.005S, allowed is at least PT1S");
    assertThatThrownBy(() -> settings.withCloseTimeout(Duration.ZERO))
        .hasMessage(
            "connectors.elasticsearch.search.close-timeout is PT0S, allowed is longer than zero");
  }

  @Test
  void bulkHelpers_badValues_areRefused() {
    assertThatThrownBy(() -> Bulk.index("i", "t", 0, -1, Map.of()))
        .hasMessage("offset is -1, allowed is at least 0");
    assertThatThrownBy(() -> Bulk.index("i", "t", -1, 0, Map.of()))
        .hasMessage("partition is -1, allowed is at least 0");
    assertThatThrownBy(() -> Bulk.upsert("i", "id", -5, Map.of()))
        .hasMessage("version is -5, allowed is at least 0");
    assertThatThrownBy(() -> Bulk.delete("i", "id", -5))
        .hasMessage("version is -5, allowed is at least 0");
  }

  @Test
  void exception_reasonQuotesAValue_messageDoesNot() {
    BulkOperationException exception =
        new BulkOperationException(
            "index",
            "orders",
            null,
            400,
            "document_parsing_exception",
            "[1:10] failed to parse field [price] of type [long]. Preview of field's value:"
                + " 'card 4111'");
    assertThat(exception)
        .hasMessage(
            "index of orders failed with status 400, document_parsing_exception: [1:10] failed to"
                + " parse field [price] of type [long].");
    assertThat(exception.toString()).doesNotContain("4111");
    assertThat(exception.reason()).contains("4111");
  }
}
