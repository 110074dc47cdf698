package dev.connectors.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** What was settled and is to be committed together. */
class CommitBatch implements Settleable.Commits {
  private final List<InFlight> windows = new ArrayList<>(1);
  private final List<CompletionStage<?>> others = new ArrayList<>(0);
  int size;

  @Override
  public void owedBy(InFlight window) {
    for (InFlight known : windows) {
      if (known == window) {
        return;
      }
    }
    windows.add(window);
  }

  @Override
  public void begun(CompletionStage<Done> commit) {
    others.add(commit);
  }

  /** Whether its commit may wait for elements that have not arrived here yet. */
  boolean needsMore() {
    for (InFlight window : windows) {
      if (window.commitsAsWhole()) {
        return true;
      }
    }
    return false;
  }

  CompletionStage<?> commit() {
    if (windows.size() == 1 && others.isEmpty()) {
      return windows.get(0).commit();
    }
    List<CompletionStage<?>> all = new ArrayList<>(others);
    for (InFlight window : windows) {
      all.add(window.commit());
    }
    return CompletableFuture.allOf(
        all.stream()
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture<?>[]::new));
  }

  /** The client's own exception, whatever carried it here. */
  static Throwable unwrapped(Throwable cause) {
    Throwable inner = cause.getCause();
    return cause instanceof CompletionException && inner != null ? inner : cause;
  }
}
