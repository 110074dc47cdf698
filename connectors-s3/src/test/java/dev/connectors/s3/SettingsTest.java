package dev.connectors.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.connectors.core.RollingSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final String RETRY =
      "retry=RetrySettings(minBackoff=PT0.1S, maxBackoff=PT10S, jitter=0.5, maxAttempts=1000,"
          + " maxDuration=PT5M))";

  private static Config block(String name, String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(ConfigFactory.load().getConfig("connectors.s3." + name));
  }

  @Test
  void create_defaults_areThoseOfReferenceConf() {
    assertThat(DownloadSettings.create(block("download", "")))
        .hasToString(
            "DownloadSettings(name=s3-download, parallelism=1, rangeSize=8388608,"
                + " readAhead=1048576, verify=CHECKSUM, timeout=PT1M, "
                + RETRY);
    assertThat(UploadSettings.create(block("upload", "")))
        .hasToString(
            "UploadSettings(name=s3-upload, partSize=8388608, parallelism=4, timeout=PT5M,"
                + " abortTimeout=PT30S, resume=NEVER, "
                + RETRY);
    assertThat(RollingSettings.create(block("rolling", "")))
        .hasToString(
            "RollingSettings(maxBytes=134217728, maxElements=1000000, maxAge=PT5M, maxIdle=PT5S,"
                + " maxOpen=20, maxHeld=100000)");
    assertThat(RequestSettings.create(block("request", "")))
        .hasToString(
            "RequestSettings(name=s3-request, parallelism=16, maxObjectSize=16777216,"
                + " maxBatch=1000, copyPartSize=67108864, timeout=PT1M, "
                + RETRY);
  }

  @Test
  void withers_badValues_nameKeyValueAndWhatIsAllowed() {
    UploadSettings upload = UploadSettings.create(block("upload", ""));
    assertThatThrownBy(() -> upload.withPartSize(5_242_879))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "connectors.s3.upload.part-size is 5242879, allowed is from 5242880 to 5368709120");
    assertThatThrownBy(() -> upload.withParallelism(0))
        .hasMessage("connectors.s3.upload.parallelism is 0, allowed is at least 1");
    assertThatThrownBy(() -> upload.withAbortTimeout(Duration.ZERO))
        .hasMessage("connectors.s3.upload.abort-timeout is PT0S, allowed is longer than zero");
    DownloadSettings download = DownloadSettings.create(block("download", ""));
    assertThatThrownBy(() -> download.withRangeSize(0))
        .hasMessage("connectors.s3.download.range-size is 0, allowed is at least 1");
    assertThatThrownBy(() -> download.withName(" "))
        .hasMessageContaining("connectors.s3.download.name");
    assertThatThrownBy(() -> DownloadSettings.create(block("download", "verify = always")))
        .hasMessage(
            "connectors.s3.download.verify is 'always', allowed is checksum, checksum-or-etag,"
                + " never");
    RequestSettings request = RequestSettings.create(block("request", ""));
    assertThatThrownBy(() -> request.withMaxBatch(1_001))
        .hasMessage("connectors.s3.request.max-batch is 1001, allowed is from 1 to 1000");
    assertThatThrownBy(() -> request.withMaxObjectSize(1L << 31))
        .hasMessage(
            "connectors.s3.request.max-object-size is 2147483648, allowed is from 1 to"
                + " 2147482623");
  }

  @Test
  void withers_change_aCopy() {
    DownloadSettings settings =
        DownloadSettings.create(block("download", "parallelism = 3, retry.max-attempts = 7"));

    assertThat(settings.parallelism()).isEqualTo(3);
    assertThat(settings.retry().maxAttempts()).isEqualTo(7);
    assertThat(settings.withVerify(VerifyPolicy.NEVER).verify()).isEqualTo(VerifyPolicy.NEVER);
    assertThat(settings.verify()).isEqualTo(VerifyPolicy.CHECKSUM);
  }
}
