package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecTest {

  /** The class path without the optional libraries, as most users have it. */
  private static ClassLoader without(String... libraries) {
    URL[] all =
        Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
            .filter(entry -> Arrays.stream(libraries).noneMatch(entry::contains))
            .map(CodecTest::url)
            .toArray(URL[]::new);
    return new URLClassLoader(all, ClassLoader.getPlatformClassLoader());
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void compress(ClassLoader loader, String format) throws Throwable {
    Class<?> formats = loader.loadClass("dev.connectors.file.CompressionFormat");
    Object constant =
        List.of(formats.getEnumConstants()).stream()
            .filter(each -> each.toString().equals(format))
            .findAny()
            .orElseThrow();
    try {
      loader
          .loadClass("dev.connectors.file.CompressionFlow")
          .getMethod("compress", formats)
          .invoke(null, constant);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @ParameterizedTest
  @CsvSource({"ZSTD, com.github.luben:zstd-jni", "XZ, org.tukaani:xz"})
  void available_libraryIsNotThere_saysWhatToAdd(String format, String artifact) throws Throwable {
    ClassLoader loader = without("zstd-jni", "/xz-", "tukaani");

    compress(loader, "GZIP");
    assertThatThrownBy(() -> compress(loader, format))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(artifact);
  }
}
