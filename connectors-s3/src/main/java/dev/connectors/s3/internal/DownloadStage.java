package dev.connectors.s3.internal;

import dev.connectors.core.RetrySettings;
import dev.connectors.s3.DownloadSettings;
import dev.connectors.s3.VerifyPolicy;
import dev.connectors.s3.internal.Opening.Opened;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.AbruptStageTerminationException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads an object in order: over one connection, or in ranges, of which several are read ahead.
 * What is cut off is asked for again from where it was cut.
 */
public final class DownloadStage
    extends AbstractGraphStageWithMaterializedValue<
        SourceShape<ByteString>, CompletionStage<GetObjectResponse>> {
  private final Outlet<ByteString> out = Outlet.create("S3Source.out");
  private final SourceShape<ByteString> shape = SourceShape.of(out);

  private final S3AsyncClient client;
  private final GetObjectRequest request;
  private final @Nullable DownloadSettings given;

  /**
   * @param given null for those of the system that runs the stream
   */
  public DownloadStage(
      S3AsyncClient client, GetObjectRequest request, @Nullable DownloadSettings given) {
    this.client = Objects.requireNonNull(client, "client");
    this.request = Objects.requireNonNull(request, "request");
    this.given = given;
  }

  @Override
  public SourceShape<ByteString> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("S3Source.object");
  }

  @Override
  public Pair<GraphStageLogic, CompletionStage<GetObjectResponse>>
      createLogicAndMaterializedValuePair(Attributes inheritedAttributes) {
    Logic logic = new Logic();
    return Pair.create(logic, logic.opened.minimalCompletionStage());
  }

  /** A request whose answer was not seen yet. */
  private record Call(Opening opening, CompletableFuture<Opened> answer) {
    /** An answer that has come holds a connection. */
    void giveUp() {
      answer.cancel(true);
      opening.discard();
    }
  }

  /** A part of the object, and how far it is. The first one learns from the answer where it is. */
  private static final class Range {
    final Inbox inbox;
    long from;
    long to;
    int attempt;
    @Nullable Call call;
    long askedAt;
    boolean isComplete;
    boolean isParked;
    int retries;
    long firstFailureAt;
    long receivedAtFailure;

    Range(long from, long to, Inbox inbox) {
      this.from = from;
      this.to = to;
      this.inbox = inbox;
    }

    long position() {
      return from + inbox.received();
    }
  }

  private record Answer(
      Range range, int attempt, @Nullable Opened body, @Nullable Throwable failure) {}

  private final class Logic extends TimerGraphStageLogic implements OutHandler {
    private static final String TICK = "tick";
    private static final String LOOK = "look";
    private static final Duration PATIENCE = Duration.ofMillis(10);
    private static final long ENOUGH = 256 * 1024;

    private final CompletableFuture<GetObjectResponse> opened = new CompletableFuture<>();
    private final AsyncCallback<Answer> answered = createAsyncCallback(this::onAnswer);
    private final AsyncCallback<Boolean> changed = createAsyncCallback(always -> onChange());
    private final ObjectRequests requests = new ObjectRequests(request);
    private final Deque<Range> ranges = new ArrayDeque<>();
    private DownloadSettings settings;
    private Verifier verifier = Verifier.none();
    private long nextFrom;
    private long chunks;
    private long bytes;
    private boolean isPatient; // lets more than a chunk gather before it is woken
    private boolean isLooking;
    private boolean hasFailed;

    @SuppressWarnings("NullAway.Init") // settings are set in preStart, before all else
    Logic() {
      super(shape);
      setHandler(out, this);
    }

    @Override
    public void preStart() {
      try {
        start();
      } catch (RuntimeException e) {
        opened.completeExceptionally(e);
        throw e;
      }
    }

    private void start() {
      settings = given != null ? given : DownloadSettings.create(materializer().system());
      Duration tick = settings.timeout().dividedBy(4);
      scheduleAtFixedRate(TICK, tick, tick);
      add(0, -1);
    }

    @Override
    public void onPull() {
      advance();
    }

    private void add(long from, long to) {
      long bound = settings.parallelism() == 1 ? settings.readAhead() : settings.rangeSize();
      Range range = new Range(from, to, new Inbox(bound, () -> changed.invoke(true)));
      if (to >= 0) {
        range.inbox.expect(to - from, false);
      }
      ranges.add(range);
      ask(range);
    }

    private void ask(Range range) {
      int attempt = ++range.attempt;
      range.isParked = false;
      range.askedAt = System.nanoTime();
      Opening opening = new Opening();
      CompletableFuture<Opened> call;
      try {
        call =
            client.getObject(
                requests.isOpen()
                    ? requests.range(range.position(), range.to)
                    : requests.first(settings.verify() != VerifyPolicy.NEVER),
                opening);
      } catch (RuntimeException refused) {
        fail(refused);
        return;
      }
      range.call = new Call(opening, call);
      var unused =
          call.whenComplete(
              (body, failure) -> answered.invoke(new Answer(range, attempt, body, failure)));
    }

    private void onAnswer(Answer answer) {
      Range range = answer.range;
      if (answer.attempt != range.attempt) {
        return;
      }
      range.call = null;
      if (answer.body == null) {
        failed(range, Failures.unwrap(Objects.requireNonNull(answer.failure)));
        return;
      }
      try {
        GetObjectResponse response = answer.body.response();
        if (requests.isOpen()) {
          requests.check(response, range.position(), range.to);
        } else {
          open(range, response);
        }
      } catch (RuntimeException wrong) {
        answer.body.discard();
        fail(wrong);
        return;
      }
      answer.body.into(range.inbox.open());
    }

    private void open(Range range, GetObjectResponse response) {
      requests.opened(response);
      if (requests.isWhole()) {
        verifier = Verifier.of(response, settings.verify());
      }
      long end = requests.end();
      range.from = requests.start();
      range.to = end;
      if (end >= 0) {
        boolean isSplit =
            settings.parallelism() > 1
                && requests.canResume()
                && end - range.from > settings.rangeSize();
        if (isSplit) {
          range.to = range.from + settings.rangeSize();
        }
        range.inbox.expect(range.to - range.from, isSplit);
      }
      nextFrom = range.to;
      opened.complete(response);
      refill();
    }

    private void refill() {
      while (nextFrom < requests.end() && ranges.size() < settings.parallelism()) {
        long from = nextFrom;
        nextFrom = Math.min(from + settings.rangeSize(), requests.end());
        add(from, nextFrom);
      }
    }

    private void onChange() {
      for (Range range : ranges) {
        Inbox.End end = range.inbox.end();
        if (end != null && !range.isComplete && range.call == null && !isTimerActive(range)) {
          ended(range, end);
        }
      }
      if (!hasFailed) {
        advance();
      }
    }

    /** A connection has ended: at the end of the range or before. */
    private void ended(Range range, Inbox.End end) {
      Throwable failure = end.failure() == null ? null : Failures.unwrap(end.failure());
      boolean isAll = range.to >= 0 ? range.inbox.isFull() : failure == null;
      if (isAll && (failure == null || Failures.isConnectionLost(failure))) {
        range.isComplete = true;
      } else if (isAll) {
        fail(Objects.requireNonNull(failure)); // all is there, and it is not what it should be
      } else if (!range.isParked) {
        failed(
            range,
            failure != null
                ? failure
                : new IOException(
                    "the connection ended %d bytes before the end of the object"
                        .formatted(range.to - range.position())));
      }
    }

    private void failed(Range range, Throwable failure) {
      RetrySettings retry = settings.retry();
      long now = System.nanoTime();
      range.attempt++; // what still comes of it is stale
      range.call = null;
      if (range.inbox.received() > range.receivedAtFailure) {
        range.receivedAtFailure = range.inbox.received();
        range.retries = 0;
      }
      if (range.retries == 0) {
        range.firstFailureAt = now;
      }
      if ((!requests.isOpen() || requests.canResume())
          && Failures.isTransient(failure)
          && retry.retries(failure, range.retries, Duration.ofNanos(now - range.firstFailureAt))) {
        settings.observer().retried(settings.name(), 1, failure);
        scheduleOnce(range, retry.backoff(range.retries++));
      } else {
        fail(failure);
      }
    }

    private void advance() {
      while (true) {
        Range head = ranges.peek();
        if (head == null) {
          finish();
          return;
        }
        if (!isAvailable(out) && !head.isComplete) {
          return;
        }
        ByteString chunk = isAvailable(out) ? head.inbox.poll(isPatient ? ENOUGH : 1) : null;
        if (chunk != null) {
          emit(chunk);
          if (head.isParked && head.inbox.isLow()) {
            head.retries = 0; // the time until now was downstream's
            ask(head);
          }
        } else if (head.isComplete && (isAvailable(out) || head.inbox.isEmpty())) {
          ranges.remove();
          tell();
          refill();
        } else {
          if (head.inbox.isEmpty()) {
            tell();
          }
          lookLater();
          return;
        }
      }
    }

    /**
     * What comes too slowly to be woken for is looked for; what doesn't come wakes at once then.
     */
    private void lookLater() {
      if (isPatient && !isLooking) {
        isLooking = true;
        scheduleOnce(LOOK, PATIENCE);
      }
    }

    private void emit(ByteString chunk) {
      isPatient = true;
      verifier.update(chunk);
      chunks++;
      bytes += chunk.size();
      push(out, chunk);
    }

    private void tell() {
      if (chunks > 0) {
        settings.observer().emitted(settings.name(), chunks, bytes);
        chunks = 0;
        bytes = 0;
      }
    }

    private void finish() {
      try {
        verifier.check();
        completeStage();
      } catch (RuntimeException wrong) {
        fail(wrong);
      }
    }

    @Override
    public void onTimer(Object key) {
      if (key.equals(LOOK)) {
        isLooking = false;
        isPatient = false;
        advance();
      } else if (!(key instanceof Range range)) {
        giveUpTheSilent();
      } else if (settings.parallelism() > 1 || range.inbox.isLow()) {
        ask(range);
      } else {
        range.isParked = true; // no use of a connection before something is taken
      }
    }

    private void giveUpTheSilent() {
      long since = System.nanoTime() - settings.timeout().toNanos();
      for (Range range : ranges) {
        Call call = range.call;
        boolean isSilent =
            call != null ? range.askedAt - since < 0 : range.inbox.isStarvedSince(since);
        if (isSilent && !hasFailed) {
          if (call != null) {
            call.giveUp();
          }
          range.inbox.close();
          failed(range, new TimeoutException("nothing came within " + settings.timeout()));
        }
      }
    }

    private void fail(Throwable failure) {
      if (hasFailed) {
        return;
      }
      hasFailed = true;
      opened.completeExceptionally(failure);
      failStage(failure);
    }

    @Override
    public void postStop() {
      for (Range range : ranges) {
        if (range.call != null) {
          range.call.giveUp();
        }
        range.inbox.close();
      }
      opened.completeExceptionally(new AbruptStageTerminationException(this));
    }
  }
}
