package dev.connectors.s3.internal;

import dev.connectors.s3.UploadSettings;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.AbruptStageTerminationException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Hands the stream's bytes to an {@link Upload}, and ends when that has. */
public final class UploadStage
    extends AbstractGraphStageWithMaterializedValue<
        SinkShape<ByteString>, CompletionStage<PutObjectResponse>> {
  private final Inlet<ByteString> in = Inlet.create("S3Sink.in");
  private final SinkShape<ByteString> shape = SinkShape.of(in);

  private final S3AsyncClient client;
  private final PutObjectRequest request;
  private final @Nullable UploadSettings given;

  /**
   * @param given null for those of the system that runs the stream
   */
  public UploadStage(
      S3AsyncClient client, PutObjectRequest request, @Nullable UploadSettings given) {
    this.client = Objects.requireNonNull(client, "client");
    this.request = Objects.requireNonNull(request, "request");
    this.given = given;
    UploadRequests.check(request);
  }

  @Override
  public SinkShape<ByteString> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("S3Sink.object");
  }

  @Override
  public Pair<GraphStageLogic, CompletionStage<PutObjectResponse>>
      createLogicAndMaterializedValuePair(Attributes inheritedAttributes) {
    Logic logic = new Logic();
    return Pair.create(logic, logic.stored.minimalCompletionStage());
  }

  private record Outcome(@Nullable PutObjectResponse response, @Nullable Throwable failure) {}

  private final class Logic extends GraphStageLogic {
    private final CompletableFuture<PutObjectResponse> stored = new CompletableFuture<>();
    private final AsyncCallback<Boolean> changed = createAsyncCallback(always -> onChange());
    private final AsyncCallback<Outcome> finished = createAsyncCallback(this::onFinished);
    private @Nullable Upload upload;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              upload().offer(grab(in));
              onChange();
            }

            @Override
            public void onUpstreamFinish() {
              upload().end();
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
              upload().abort(cause);
            }
          });
    }

    private Upload upload() {
      return Objects.requireNonNull(upload);
    }

    @Override
    public void preStart() {
      try {
        start();
      } catch (RuntimeException e) {
        stored.completeExceptionally(e);
        throw e;
      }
    }

    private void start() {
      setKeepGoing(true); // until the upload has ended
      UploadSettings settings =
          given != null ? given : UploadSettings.create(materializer().system());
      Upload started = new Upload(client, request, settings, () -> changed.invoke(true));
      upload = started;
      var unused =
          started
              .result()
              .whenComplete((response, failure) -> finished.invoke(new Outcome(response, failure)));
      pull(in);
    }

    private void onChange() {
      if (upload().hasFailed()) {
        cancel(in);
      } else if (upload().wantsMore() && !hasBeenPulled(in) && !isClosed(in)) {
        pull(in);
      }
    }

    private void onFinished(Outcome outcome) {
      if (outcome.response != null) {
        stored.complete(outcome.response);
        completeStage();
      } else {
        Throwable failure = Objects.requireNonNull(outcome.failure);
        stored.completeExceptionally(failure);
        failStage(failure);
      }
    }

    @Override
    public void postStop() {
      if (!stored.isDone()) {
        AbruptStageTerminationException ended = new AbruptStageTerminationException(this);
        if (upload != null) {
          upload.abort(ended); // goes on without the stage
        }
        stored.completeExceptionally(ended);
      }
    }
  }
}
