package dev.connectors.s3.internal;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.internal.RollingResults;
import dev.connectors.core.internal.RollingStage;
import dev.connectors.core.internal.RollingStore;
import dev.connectors.core.internal.RollingTarget;
import dev.connectors.s3.RolledObject;
import dev.connectors.s3.UploadSettings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Makes the objects that elements are written into. Their parts in flight share the slots of the
 * settings' parallelism; as many objects that have ended may wait for their confirmation.
 */
public final class RollingObjects<T> implements RollingStore<T, PutObjectRequest, RolledObject> {
  private static final String CONFIG = "connectors.s3.rolling";

  private final S3AsyncClient client;
  private final RollingFormat<? super T> format;
  private final UploadSettings settings;
  private final Runnable onChange;
  private final Semaphore slots;
  private final Throwable abortion =
      new IllegalStateException("something may be left of objects that were not complete");

  /** All that are not complete, in the order in which they were begun, and when each has ended. */
  private final Map<RollingObject<T>, CompletableFuture<?>> live = new LinkedHashMap<>();

  /** The last of each name, of those. */
  private final Map<String, CompletableFuture<?>> byName = new HashMap<>();

  private @Nullable Throwable failure;
  private boolean isReady = true;
  private volatile boolean hasChanged;

  RollingObjects(
      S3AsyncClient client,
      RollingFormat<? super T> format,
      UploadSettings settings,
      Runnable onChange) {
    this.client = client;
    this.format = format;
    this.settings = settings;
    this.onChange = onChange;
    this.slots = new Semaphore(settings.parallelism());
  }

  @Override
  public RollingTarget<T, RolledObject> open(String partition, PutObjectRequest request)
      throws IOException {
    Upload upload = new Upload(client, request, settings, slots, this::changed);
    CompletableFuture<?> earlier = byName.get(RollingObject.name(request));
    if (earlier != null) {
      upload.beginAfter(earlier);
    }
    RollingObject<T> object;
    try {
      object = new RollingObject<>(partition, request, format, upload, abortion, this::mark);
    } catch (IOException | RuntimeException e) {
      upload.abort(e);
      throw e;
    }
    CompletableFuture<?> outcome = upload.result().handle((response, cause) -> true);
    live.put(object, outcome);
    byName.put(object.name(), outcome);
    if (earlier != null) {
      object.endAfter(earlier);
    }
    var unused = outcome.thenRun(this::changed);
    return object;
  }

  /** Told by the uploads, on any thread. */
  private void changed() {
    mark();
    onChange.run();
  }

  private void mark() {
    hasChanged = true;
  }

  @Override
  public boolean advance() {
    if (hasChanged) {
      hasChanged = false;
      goOn();
    }
    return isReady;
  }

  private void goOn() {
    int completing = 0;
    boolean isBacklogged = false;
    Iterator<Map.Entry<RollingObject<T>, CompletableFuture<?>>> left = live.entrySet().iterator();
    while (left.hasNext()) {
      Map.Entry<RollingObject<T>, CompletableFuture<?>> next = left.next();
      RollingObject<T> object = next.getKey();
      object.advance();
      if (object.failure() != null) {
        failure = object.failure();
        isReady = false;
        return;
      }
      if (object.result() != null) {
        left.remove();
        byName.remove(object.name(), next.getValue());
      } else {
        completing += object.isEnding() ? 1 : 0;
        isBacklogged |= object.isBacklogged();
      }
    }
    isReady = !isBacklogged && completing < settings.parallelism();
  }

  @Override
  public @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public CompletableFuture<?> cleared() {
    CompletableFuture<Boolean> cleared = new CompletableFuture<>();
    var unused =
        CompletableFuture.allOf(live.values().toArray(new CompletableFuture<?>[0]))
            .thenRun(
                () -> {
                  if (abortion.getSuppressed().length == 0) {
                    cleared.complete(true);
                  } else {
                    cleared.completeExceptionally(abortion);
                  }
                });
    return cleared;
  }

  /**
   * Emits each object.
   *
   * @param rolling null, like {@code upload}, for those of the system that runs the stream
   */
  public static <T> RollingStage<T, T, PutObjectRequest, RolledObject, RolledObject> each(
      S3AsyncClient client,
      RollingPlan<T, PutObjectRequest> plan,
      @Nullable RollingSettings rolling,
      @Nullable UploadSettings upload) {
    return stage(client, plan, rolling, upload, RollingResults.Each::new);
  }

  /** Emits the object of each element and its context, in input order. */
  public static <T, C>
      RollingStage<Pair<T, C>, T, PutObjectRequest, RolledObject, Pair<RolledObject, C>> ofElements(
          S3AsyncClient client,
          RollingPlan<T, PutObjectRequest> plan,
          RollingSettings rolling,
          UploadSettings upload) {
    return stage(
        client,
        plan,
        Objects.requireNonNull(rolling, "rolling"),
        Objects.requireNonNull(upload, "upload"),
        RollingResults.OfElements::new);
  }

  /** Emits each object and the contexts of its elements. */
  public static <T, C>
      RollingStage<Pair<T, C>, T, PutObjectRequest, RolledObject, Pair<RolledObject, List<C>>>
          withContexts(
              S3AsyncClient client,
              RollingPlan<T, PutObjectRequest> plan,
              RollingSettings rolling,
              UploadSettings upload) {
    return stage(
        client,
        plan,
        Objects.requireNonNull(rolling, "rolling"),
        Objects.requireNonNull(upload, "upload"),
        RollingResults.WithContexts::new);
  }

  private static <I, T, O> RollingStage<I, T, PutObjectRequest, RolledObject, O> stage(
      S3AsyncClient client,
      RollingPlan<T, PutObjectRequest> plan,
      @Nullable RollingSettings rolling,
      @Nullable UploadSettings upload,
      Supplier<RollingResults<I, T, RolledObject, O>> newResults) {
    Objects.requireNonNull(client, "client");
    return new RollingStage<>(
        Attributes.name("S3Flow.rolling"),
        plan,
        new RollingStage.Setup<>() {
          @Override
          public RollingSettings settings(ActorSystem system) {
            return rolling != null
                ? rolling
                : RollingSettings.create(system.settings().config().getConfig(CONFIG));
          }

          @Override
          public RollingStore<T, PutObjectRequest, RolledObject> store(
              ActorSystem system, Runnable onChange) {
            return new RollingObjects<>(
                client,
                plan.format(),
                upload != null ? upload : UploadSettings.create(system),
                onChange);
          }
        },
        newResults);
  }
}
