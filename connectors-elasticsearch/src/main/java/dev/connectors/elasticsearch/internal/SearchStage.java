package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.OpenPointInTimeResponse;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.search.Hit;
import dev.connectors.core.RetrySettings;
import dev.connectors.elasticsearch.SearchSettings;
import dev.connectors.elasticsearch.internal.Failures.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.jspecify.annotations.Nullable;

/**
 * Opens a point in time, reads it page by page, one ahead of demand, and closes it as soon as the
 * last page is there or the search has failed. The stage ends only after that.
 */
public final class SearchStage<T> extends GraphStage<SourceShape<Hit<T>>> {
  private final Outlet<Hit<T>> out = Outlet.create("SearchStage.out");
  private final SourceShape<Hit<T>> shape = SourceShape.of(out);

  private final SearchRequest request;
  private final SearchCalls<T> calls;
  private final @Nullable SearchSettings settings;

  /** Without settings it takes those of the system that runs it. */
  public SearchStage(
      ElasticsearchAsyncClient client,
      SearchRequest request,
      Class<T> type,
      @Nullable SearchSettings settings) {
    this.request = Objects.requireNonNull(request, "request");
    SearchPages.check(request);
    this.calls = new SearchCalls<>(client, request, type);
    this.settings = settings;
  }

  @Override
  public SourceShape<Hit<T>> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private enum Step {
    OPEN,
    PAGE,
    RENEW,
    CLOSE
  }

  /** One request in flight: at most one is at any time. */
  private record Call(Step step, CompletableFuture<?> future) {}

  private record Outcome(Call call, @Nullable Object response, @Nullable Throwable failure) {}

  private final class Logic extends TimerGraphStageLogic implements OutHandler {
    private static final String TIMEOUT = "timeout";
    private static final String RETRY = "retry";
    private static final String RENEW = "renew";

    private final AsyncCallback<Outcome> finished = createAsyncCallback(this::onFinished);
    private SearchSettings settings;
    private SearchPages<T> pages;
    private @Nullable Call call;
    private Step step = Step.OPEN;
    private int retries;
    private long firstFailureAt;
    private List<Hit<T>> page = List.of();
    private int taken;
    private @Nullable List<Hit<T>> nextPage;
    private @Nullable Throwable failure;

    @SuppressWarnings("NullAway.Init") // settings and pages are set in preStart, before all else
    Logic() {
      super(shape);
      setHandler(out, this);
    }

    @Override
    public void preStart() {
      settings =
          SearchStage.this.settings != null
              ? SearchStage.this.settings
              : SearchSettings.create(materializer().system());
      pages = new SearchPages<>(request, settings.pageSize(), settings.keepAlive());
      start(Step.OPEN);
    }

    @Override
    public void onPull() {
      emit();
    }

    private void emit() {
      if (taken == page.size() && nextPage != null) {
        page = nextPage;
        taken = 0;
        nextPage = null;
        readAhead();
      }
      if (taken < page.size() && isAvailable(out)) {
        push(out, page.get(taken++));
      }
      if (taken == page.size() && nextPage == null && pages.isExhausted() && pages.pit() == null) {
        completeStage();
      }
    }

    private void readAhead() {
      if (!pages.isExhausted() && call == null && nextPage == null && !isTimerActive(RETRY)) {
        start(Step.PAGE);
      }
    }

    private void start(Step next) {
      step = next;
      cancelTimer(RENEW);
      CompletableFuture<?> future;
      try {
        future =
            switch (next) {
              case OPEN -> calls.open(pages.opening());
              case PAGE -> calls.search(pages.nextPage());
              case RENEW -> calls.search(pages.renewal());
              case CLOSE -> calls.close(Objects.requireNonNull(pages.pit()));
            };
      } catch (RuntimeException failure) {
        future = CompletableFuture.failedFuture(failure);
      }
      Call started = new Call(next, future);
      call = started;
      scheduleOnce(TIMEOUT, next == Step.CLOSE ? settings.closeTimeout() : settings.timeout());
      var unused =
          future.whenComplete(
              (response, failure) -> finished.invoke(new Outcome(started, response, failure)));
    }

    private void onFinished(Outcome outcome) {
      if (!outcome.call.equals(call)) {
        return;
      }
      call = null;
      cancelTimer(TIMEOUT);
      if (outcome.call.step == Step.CLOSE) {
        closed();
        return;
      }
      if (outcome.response == null) {
        onFailure(
            outcome.failure != null
                ? Failures.unwrap(outcome.failure)
                : new IllegalStateException("the client gave no response to a search"));
        return;
      }
      retries = 0;
      try {
        received(outcome.call.step, outcome.response);
      } catch (RuntimeException e) {
        fail(e);
        return;
      }
      if (pages.isExhausted()) {
        start(Step.CLOSE);
      }
      // Downstream may have come to the end of the page while this one was on its way.
      emit();
      readAhead();
      if (call == null && !pages.isExhausted()) {
        scheduleOnce(RENEW, settings.keepAlive().dividedBy(2));
      }
    }

    private void received(Step done, Object response) {
      switch (done) {
        case OPEN -> pages.opened(((OpenPointInTimeResponse) response).id());
        case PAGE -> {
          nextPage = pages.received(response(response));
          settings.observer().emitted(settings.name(), nextPage.size(), 0);
        }
        case RENEW -> pages.renewed(response(response));
        case CLOSE -> throw new AssertionError("has an end of its own");
      }
    }

    @SuppressWarnings("unchecked") // what search gives
    private SearchResponse<T> response(Object response) {
      return (SearchResponse<T>) response;
    }

    private void onFailure(Throwable failure) {
      RetrySettings retry = settings.retry();
      long now = System.nanoTime();
      if (retries == 0) {
        firstFailureAt = now;
      }
      if (Failures.of(failure) == Verdict.TRANSIENT
          && retry.retries(failure, retries, Duration.ofNanos(now - firstFailureAt))) {
        settings.observer().retried(settings.name(), 1, failure);
        scheduleOnce(RETRY, retry.backoff(retries++));
      } else {
        fail(failure);
      }
    }

    /** Emits no more. */
    private void fail(Throwable failure) {
      if (pages.pit() == null) {
        failStage(failure);
        return;
      }
      this.failure = failure;
      page = List.of();
      taken = 0;
      nextPage = null;
      start(Step.CLOSE);
    }

    /** The point in time is closed, or Elasticsearch closes it by itself after the keep-alive. */
    private void closed() {
      pages.closed();
      if (failure != null) {
        failStage(failure);
      } else if (isClosed(out)) {
        completeStage();
      } else {
        emit();
      }
    }

    @Override
    public void onTimer(Object timer) {
      if (timer.equals(RETRY)) {
        start(step);
      } else if (timer.equals(RENEW)) {
        start(Step.RENEW);
      } else if (call != null) {
        Call late = call;
        call = null;
        if (late.step == Step.CLOSE) {
          // Not aborted: the server may be about to do it.
          closed();
          return;
        }
        abandon(late);
        onFailure(new TimeoutException("no answer to a search within " + settings.timeout()));
      }
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
      if (call != null && call.step != Step.CLOSE) {
        abandon(call);
        call = null;
      }
      cancelTimer(RETRY);
      if (pages.pit() == null) {
        cancelStage(cause);
        return;
      }
      setKeepGoing(true);
      if (call == null) {
        start(Step.CLOSE);
      }
    }

    /** Closes what is open when the stream was ended from outside. */
    @Override
    public void postStop() {
      if (call != null && call.step == Step.CLOSE) {
        return;
      }
      if (call != null) {
        abandon(call);
      }
      String pit = pages.pit();
      if (pit != null) {
        calls.closeUnattended(pit);
      }
    }

    private void abandon(Call unwanted) {
      if (unwanted.step == Step.OPEN) {
        closeWhenOpen(unwanted);
      } else {
        unwanted.future.cancel(true);
      }
    }

    /** Does not cancel: the server may have opened it already, and only the answer has its id. */
    private void closeWhenOpen(Call opening) {
      var unused =
          opening.future.thenAccept(
              response -> calls.closeUnattended(((OpenPointInTimeResponse) response).id()));
    }
  }
}
