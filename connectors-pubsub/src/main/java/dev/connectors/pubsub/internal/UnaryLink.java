package dev.connectors.pubsub.internal;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.cloud.pubsub.v1.stub.SubscriberStub;
import com.google.cloud.pubsub.v1.stub.SubscriberStubSettings;
import com.google.pubsub.v1.PullRequest;
import com.google.pubsub.v1.PullResponse;
import com.google.pubsub.v1.ReceivedMessage;
import dev.connectors.pubsub.SubscriberSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request after the other, when the stream wants more; {@link Leases} does the rest. */
final class UnaryLink implements Link {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final SubscriberSettings settings;
  private final Transport transport;
  private final ScheduledExecutorService executor;

  private @Nullable Listener listener;
  private @Nullable SubscriberStub stub;
  private @Nullable Leases leases;
  private @Nullable ApiFuture<PullResponse> pulling;
  private boolean wanted;
  private boolean stopped;
  private boolean paused;
  private boolean ended;
  private @Nullable Throwable failure; // for good
  private Duration pause;

  UnaryLink(SubscriberSettings settings, Transport transport) {
    this.settings = settings;
    this.transport = transport;
    this.executor = transport.executor();
    this.pause = settings.pullPause();
  }

  @Override
  public void start(Listener to) throws IOException {
    SubscriberStubSettings.Builder builder =
        SubscriberStubSettings.newBuilder()
            .setTransportChannelProvider(transport.channelProvider())
            .setBackgroundExecutorProvider(transport.executorProvider());
    var credentials = transport.credentialsProvider();
    if (credentials != null) {
      builder.setCredentialsProvider(credentials);
    }
    SubscriberStub made = settings.stub().apply(builder).build().createStub();
    long extendNanos = settings.pullLease().toNanos() / 3; // so that one may fail
    synchronized (this) {
      listener = to;
      stub = made;
      Leases kept = new Leases(settings, made, executor, this::proceed);
      leases = kept;
      var unused =
          executor.scheduleWithFixedDelay(
              kept::extend, extendNanos, extendNanos, TimeUnit.NANOSECONDS);
    }
    to.running();
    proceed(); // it may have been wanted already
  }

  @Override
  public void wanted() {
    synchronized (this) {
      if (wanted) {
        return;
      }
      wanted = true;
    }
    executor.execute(this::proceed);
  }

  @Override
  public void replied() {
    Leases kept;
    synchronized (this) {
      kept = leases;
    }
    if (kept != null) {
      kept.send();
    }
  }

  @Override
  public void stop() {
    ApiFuture<PullResponse> current;
    synchronized (this) {
      stopped = true;
      current = pulling;
    }
    if (current != null) {
      current.cancel(true); // it may wait for a message for a minute and more
    }
    executor.execute(this::proceed);
  }

  @Override
  public void close() {
    SubscriberStub client;
    synchronized (this) {
      client = stub;
      ended = true;
    }
    if (client != null) {
      client.shutdownNow();
    }
  }

  /** Pulls if there is reason to, or ends. */
  private void proceed() {
    ApiFuture<PullResponse> response = null;
    boolean ends = false;
    synchronized (this) {
      SubscriberStub client = stub;
      Leases kept = leases;
      if (client == null || kept == null || ended) {
        return;
      }
      if (stopped || failure != null) {
        ends = pulling == null && kept.isEmpty();
      } else if (wanted && !paused && pulling == null) {
        response = pull(client, Math.min(settings.pullElements(), kept.room()));
        pulling = response;
      }
    }
    if (ends) {
      end();
    } else if (response != null) {
      ApiFutures.addCallback(response, new Pulled(), executor);
    }
  }

  private @Nullable ApiFuture<PullResponse> pull(SubscriberStub client, int room) {
    if (room <= 0) {
      return null;
    }
    return client
        .pullCallable()
        .futureCall(
            PullRequest.newBuilder()
                .setSubscription(settings.subscription().toString())
                .setMaxMessages(room)
                .build());
  }

  private void end() {
    Listener to;
    Throwable cause;
    synchronized (this) {
      to = listener;
      cause = failure;
      if (to == null || ended) {
        return;
      }
      ended = true;
    }
    if (cause == null) {
      to.terminated();
    } else {
      to.failed(cause);
    }
  }

  private final class Pulled implements ApiFutureCallback<PullResponse> {
    @Override
    public void onSuccess(PullResponse response) {
      Listener to;
      Leases kept;
      boolean isEmpty = response.getReceivedMessagesCount() == 0;
      synchronized (UnaryLink.this) {
        pulling = null;
        pause = settings.pullPause();
        wanted &= isEmpty;
        to = listener;
        kept = leases;
      }
      if (to != null && kept != null) {
        kept.take(response.getReceivedMessagesList());
        for (ReceivedMessage message : response.getReceivedMessagesList()) {
          to.received(
              message.getMessage(), message.getDeliveryAttempt(), kept.reply(message.getAckId()));
        }
      }
      if (isEmpty) {
        pause();
      } else {
        proceed();
      }
    }

    /**
     * What can't be mended is told as the client's {@code Subscriber} does: after the last reply.
     */
    @Override
    public void onFailure(Throwable cause) {
      boolean fails;
      synchronized (UnaryLink.this) {
        pulling = null;
        fails = !stopped && !Failures.isTransient(cause);
        if (fails) {
          failure = cause;
        } else if (Failures.isTimeout(cause)) {
          pause = settings.pullPause(); // as where nothing is published: not a reason to slow down
        }
      }
      if (fails) {
        Duration latest = settings.drainTimeout().plus(settings.shutdownTimeout());
        var unused = executor.schedule(UnaryLink.this::end, latest.toNanos(), TimeUnit.NANOSECONDS);
        proceed();
      } else {
        pause();
      }
    }
  }

  private void pause() {
    Duration now;
    synchronized (this) {
      if (stopped) {
        now = Duration.ZERO;
      } else {
        paused = true;
        now = pause;
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
      }
    }
    var unused = executor.schedule(this::resume, now.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void resume() {
    synchronized (this) {
      paused = false;
    }
    proceed();
  }
}
