package dev.connectors.testkit.internal;

import dev.connectors.testkit.ServerStartException;
import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.filter.DependencyFilterUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The class path of a server, resolved into the user's own local Maven repository with the user's
 * own settings, mirrors and proxies; never a dependency of who uses the testkit.
 *
 * <p>The outcome is remembered in the process and, beside the jars, on disk: later starts read no
 * POM.
 */
public final class ServerJars {
  private static final Logger LOG = LoggerFactory.getLogger(ServerJars.class);

  /** The classifier of a jar that needs no others. */
  private static final String WITH_DEPENDENCIES = "jar-with-dependencies";

  private static final Map<List<String>, ServerJars> RESOLVED = new ConcurrentHashMap<>();
  private static final Map<String, Object> IN_PARALLEL =
      Map.of("aether.dependencyCollector.impl", "bf", "aether.connector.basic.threads", "8");

  private final List<Path> jars;
  private final Path cache;

  private ServerJars(List<Path> jars, Path cache) {
    this.jars = jars;
    this.cache = cache;
  }

  /**
   * Resolves the run-time class path of {@code coordinates} ({@code group:artifact:version}, or
   * {@code group:artifact:jar:classifier:version}).
   *
   * @param server what to call it in the log, with its version
   * @throws ServerStartException if something can't be resolved
   */
  public static ServerJars resolve(String server, List<String> coordinates) {
    return RESOLVED.computeIfAbsent(coordinates, absent -> cachedOrResolved(server, absent));
  }

  /** The jars, in class path order. */
  public List<Path> jars() {
    return jars;
  }

  /** Where to keep what is derived from the jars; exists. */
  public Path cache() {
    return cache;
  }

  private static ServerJars cachedOrResolved(String server, List<String> coordinates) {
    AtomicBoolean announced = new AtomicBoolean();
    ContextOverrides overrides =
        ContextOverrides.create()
            .withUserSettings(true)
            .configProperties(IN_PARALLEL)
            .transferListener(
                new AbstractTransferListener() {
                  @Override
                  public void transferInitiated(TransferEvent event) {
                    if (announced.compareAndSet(false, true)) {
                      LOG.info("Downloading {} with Maven: once, some 100 MB at most", server);
                    }
                  }
                })
            .build();
    try (Context context = Runtimes.INSTANCE.getRuntime().create(overrides)) {
      Path repository =
          context.repositorySystemSession().getLocalRepository().getBasedir().toPath();
      Path cache = Files.createDirectories(repository.resolve(".cache/connectors-testkit"));
      ClassPathFile file = ClassPathFile.of(cache, coordinates);
      List<Path> jars = file.read();
      if (jars.isEmpty()) {
        jars = resolve(context, coordinates);
        file.write(jars);
        if (announced.get()) {
          LOG.info("Downloaded {} into {}", server, repository);
        }
      }
      return new ServerJars(jars, cache);
    } catch (DependencyResolutionException failure) {
      throw new ServerStartException(
          server
              + " could not be resolved with Maven; the first start on a machine needs Maven Central"
              + " or a mirror of it in settings.xml: "
              + rootMessage(failure),
          failure);
    } catch (IOException failure) {
      throw new ServerStartException(server + " could not be resolved: " + failure, failure);
    }
  }

  private static List<Path> resolve(Context context, List<String> coordinates)
      throws DependencyResolutionException {
    CollectRequest collect = new CollectRequest();
    collect.setRepositories(context.remoteRepositories());
    for (String coordinate : coordinates) {
      collect.addDependency(dependency(new DefaultArtifact(coordinate)));
    }
    DependencyRequest request =
        new DependencyRequest(collect, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME));
    return context
        .repositorySystem()
        .resolveDependencies(context.repositorySystemSession(), request)
        .getArtifactResults()
        .stream()
        .map(ArtifactResult::getArtifact)
        .filter(artifact -> artifact.getExtension().equals("jar"))
        .map(artifact -> artifact.getFile().toPath())
        .toList();
  }

  private static Dependency dependency(DefaultArtifact artifact) {
    Dependency dependency = new Dependency(artifact, JavaScopes.RUNTIME);
    return artifact.getClassifier().equals(WITH_DEPENDENCIES)
        ? dependency.setExclusions(List.of(new Exclusion("*", "*", "*", "*")))
        : dependency;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root == failure
        ? String.valueOf(failure.getMessage())
        : failure.getMessage() + ": " + root;
  }
}
