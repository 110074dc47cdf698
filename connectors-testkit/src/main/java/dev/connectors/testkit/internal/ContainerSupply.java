package dev.connectors.testkit.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import dev.connectors.testkit.ServerStartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategyTarget;
import org.testcontainers.utility.DockerImageName;

/**
 * A server that is a container, started by Testcontainers and from then on controlled through
 * Docker: the container stays the same over restarts, and so do its data and its published port.
 *
 * <p>Should this JVM be killed, Ryuk removes the container; where there is no Ryuk, the next JVM
 * that starts one does: see {@link Leftovers}.
 */
public final class ContainerSupply implements Supply {
  private static final int STOP_SECONDS = 30;
  private static final String LOOPBACK = "127.0.0.1";

  private final ContainerSpec spec;
  private final Path log;
  private @Nullable GenericContainer<?> container;
  private volatile @Nullable String id;
  private @Nullable ContainerLog output;

  /** A container that logs to {@code log}. */
  public ContainerSupply(ContainerSpec spec, Path log) {
    this.spec = spec;
    this.log = log;
  }

  @Override
  public void start() {
    LogTail tail = LogTail.fromEndOf(log);
    ReadyWait wait = new ReadyWait(spec.name(), spec.startTimeout(), tail);
    String existing = id;
    if (existing == null) {
      create(wait);
    } else {
      follow(existing);
      docker().startContainerCmd(existing).exec();
    }
    wait.await(() -> spec.ready().holds(tail), this::endWithin, this::kill);
  }

  @Override
  public void stop() {
    String running = id;
    if (running != null && isRunning()) {
      resume();
      try {
        docker().stopContainerCmd(running).withTimeout(STOP_SECONDS).exec();
      } catch (NotModifiedException ended) {
        // It has ended by itself meanwhile.
      }
      awaitEnd(running);
    }
  }

  @Override
  public void kill() {
    String running = id;
    if (running == null || !isRunning()) {
      return;
    }
    try {
      docker().killContainerCmd(running).exec();
    } catch (ConflictException ended) {
      // It has ended by itself meanwhile.
    }
    // A frozen process takes the signal once it is thawed, and nothing else before.
    resume();
    awaitEnd(running);
  }

  @Override
  public void pause() {
    String running = id;
    if (running != null && !isPaused()) {
      docker().pauseContainerCmd(running).exec();
    }
  }

  @Override
  public void resume() {
    String paused = id;
    if (paused != null && isPaused()) {
      try {
        docker().unpauseContainerCmd(paused).exec();
      } catch (DockerException failure) {
        if (isPaused()) {
          throw failure;
        }
      }
    }
  }

  @Override
  public boolean isRunning() {
    InspectContainerResponse.ContainerState state = state();
    return state != null && Boolean.TRUE.equals(state.getRunning());
  }

  @Override
  public boolean isPaused() {
    InspectContainerResponse.ContainerState state = state();
    return state != null && Boolean.TRUE.equals(state.getPaused());
  }

  @Override
  public long pid() {
    InspectContainerResponse.ContainerState state = state();
    Long pid = state == null ? null : state.getPidLong();
    if (pid == null) {
      throw new IllegalStateException(spec.name() + " is not running");
    }
    return pid;
  }

  @Override
  public void remove() {
    if (container != null) {
      container.stop();
      container = null;
      id = null;
    }
  }

  @Override
  public void discard() {
    String known = id;
    if (known != null) {
      try {
        docker().removeContainerCmd(known).withForce(true).withRemoveVolumes(true).exec();
      } catch (NotFoundException removed) {
        // That is the aim.
      }
    }
  }

  private void create(ReadyWait wait) {
    Leftovers.removeOnce();
    GenericContainer<?> created = new Container(spec, this::created);
    try {
      created.start();
      container = created;
    } catch (ContainerLaunchException failure) {
      id = null; // Testcontainers has removed it
      awaitLog();
      ServerStartException said = wait.failed("could not be started in a container");
      said.initCause(failure);
      throw said;
    }
  }

  private void created(String newId) {
    id = newId;
    follow(newId);
  }

  private void follow(String container) {
    output = ContainerLog.follow(docker(), container, log);
  }

  private void awaitEnd(String ending) {
    docker()
        .waitContainerCmd(ending)
        .exec(new WaitContainerResultCallback())
        .awaitStatusCode(STOP_SECONDS, TimeUnit.SECONDS);
    awaitLog();
  }

  private void awaitLog() {
    if (output != null) {
      output.awaitEnd();
    }
  }

  private @Nullable String endWithin(Duration moment) throws InterruptedException {
    LockSupport.parkNanos(moment.toNanos());
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    InspectContainerResponse.ContainerState state = state();
    if (state == null || !Boolean.TRUE.equals(state.getRunning())) {
      awaitLog();
      return "ended with exit code " + (state == null ? "unknown" : state.getExitCodeLong());
    }
    return null;
  }

  private InspectContainerResponse.@Nullable ContainerState state() {
    String known = id;
    if (known == null) {
      return null;
    }
    try {
      return docker().inspectContainerCmd(known).exec().getState();
    } catch (NotFoundException removed) {
      return null;
    }
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }

  /** Leaves the waiting to {@link #start}, which quotes the log and sees an early end. */
  private static final class Container extends GenericContainer<Container> {
    /** Told a container's id before it is started. */
    interface Created {
      void created(String id);
    }

    private final Created listener;

    Container(ContainerSpec spec, Created listener) {
      super(DockerImageName.parse(spec.image()));
      this.listener = listener;
      withEnv(spec.environment());
      if (!spec.command().isEmpty()) {
        withCommand(spec.command().toArray(String[]::new));
      }
      withLabels(Leftovers.labels());
      // Reachable from this machine alone, unless the daemon's is another.
      String address = spec.host().equals(LOOPBACK) ? LOOPBACK + ":" : "";
      setPortBindings(List.of(address + spec.port() + ":" + spec.containerPort()));
      withStartupCheckStrategy(new Started());
      waitingFor(new NoWait());
    }

    @Override
    protected void containerIsCreated(String containerId) {
      listener.created(containerId);
    }
  }

  private static final class Started extends StartupCheckStrategy {
    @Override
    public StartupStatus checkStartupState(DockerClient client, String containerId) {
      return StartupStatus.SUCCESSFUL;
    }
  }

  private static final class NoWait implements WaitStrategy {
    @Override
    public void waitUntilReady(WaitStrategyTarget target) {}

    @Override
    public WaitStrategy withStartupTimeout(Duration timeout) {
      return this;
    }
  }
}
