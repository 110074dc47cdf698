package dev.connectors.csv.internal;

import dev.connectors.core.Committable;
import dev.connectors.core.internal.ChunkCommits;
import dev.connectors.csv.CsvException;
import dev.connectors.csv.CsvParseSettings;
import dev.connectors.csv.MalformedPolicy;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes in and rows out. Batches are parsed by the stream's dispatcher, several at a time,
 * and emitted in their order; small ones that downstream waits for are parsed at once.
 */
public final class ParseStage<I, R, O> extends GraphStage<FlowShape<I, O>> {
  /** What is parsed in less time than it takes to hand it over. */
  private static final int SMALL = 1 << 14;

  private final CSVFormat format;
  private final @Nullable CsvParseSettings given;
  private final RowType<R> type;
  private final Function<I, ByteString> bytes;
  private final @Nullable Function<I, Committable> committable;
  private final BiFunction<R, @Nullable Committable, O> result;
  private final Inlet<I> in = Inlet.create("CsvParse.in");
  private final Outlet<O> out = Outlet.create("CsvParse.out");
  private final FlowShape<I, O> shape = FlowShape.of(in, out);

  /**
   * For elements of any form.
   *
   * @param settings null for those of the system
   * @param committable null if there is nothing to settle
   * @param result what is emitted for a row
   */
  public ParseStage(
      CSVFormat format,
      @Nullable CsvParseSettings settings,
      RowType<R> type,
      Function<I, ByteString> bytes,
      @Nullable Function<I, Committable> committable,
      BiFunction<R, @Nullable Committable, O> result) {
    this.format = Objects.requireNonNull(format, "format");
    this.given = settings;
    this.type = type;
    this.bytes = bytes;
    this.committable = committable;
    this.result = result;
  }

  @Override
  public FlowShape<I, O> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("CsvParse");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  /** A batch on its way from bytes to rows. */
  private final class Parsing {
    final BatchReader<R>.Task task;
    boolean isHandedOver;
    boolean isDone;
    private Object[] rows = {};
    private @Nullable Throwable failure;

    Parsing(BatchReader<R>.Task task) {
      this.task = task;
    }

    Parsing run() {
      try {
        rows = task.rows();
      } catch (Throwable e) {
        failure = e; // an Error, too: else the stream would wait for ever
      }
      return this;
    }
  }

  private final class Logic extends GraphStageLogic implements InHandler, OutHandler {
    private final ArrayDeque<Parsing> parsing = new ArrayDeque<>();
    private final ChunkCommits chunks = new ChunkCommits();
    private final AsyncCallback<Parsing> parsed = createAsyncCallback(this::onParsed);
    private final AsyncCallback<Logic> idle = createAsyncCallback(self -> onIdle());
    private CsvParseSettings settings;
    private BatchReader<R> reader;
    private Executor workers;
    private int parallelism;
    private boolean isIdleSignalled;

    /** The batch that is being emitted. */
    private Object[] rows = {};

    private @Nullable Committable[] commits = {};
    private int next;

    @SuppressWarnings("NullAway.Init") // preStart does the rest
    Logic() {
      super(shape);
      setHandler(in, this);
      setHandler(out, this);
    }

    @Override
    public void preStart() {
      settings = given != null ? given : CsvParseSettings.create(materializer().system());
      reader = new BatchReader<>(format, settings, type);
      workers = materializer().executionContext();
      parallelism = Math.min(settings.parallelism(), Runtime.getRuntime().availableProcessors());
      pull(in);
    }

    @Override
    public void onPush() {
      I element = grab(in);
      long length = reader.add(bytes.apply(element));
      if (committable != null) {
        chunks.add(committable.apply(element), length, reader.isHoldingBack());
      }
      goOn();
    }

    @Override
    public void onPull() {
      if (next < rows.length) {
        emit();
      } else {
        goOn();
      }
    }

    @Override
    public void onUpstreamFinish() {
      reader.end();
      goOn();
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
      failStage(cause);
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
      cancelStage(cause);
    }

    private void onParsed(Parsing one) {
      one.isDone = true;
      goOn();
    }

    /** Upstream has nothing at hand: this comes behind whatever it had. */
    private void onIdle() {
      isIdleSignalled = false;
      if (isIdle() && !isClosed(in)) {
        try {
          start(true);
        } catch (RuntimeException e) {
          failStage(e);
          return;
        }
        goOn();
      }
    }

    private boolean isIdle() {
      return parsing.isEmpty() && next == rows.length && isAvailable(out);
    }

    private void goOn() {
      try {
        boolean wantsBytes;
        do {
          wantsBytes = start(false);
          if (!open()) {
            return;
          }
        } while (!wantsBytes && parsing.isEmpty() && next == rows.length);
        if (next < rows.length) {
          if (isAvailable(out)) {
            emit();
          }
        } else if (isClosed(in) && wantsBytes && parsing.isEmpty()) {
          chunks.end();
          completeStage();
        }
        if (wantsBytes && !isClosed(in)) {
          if (parsing.isEmpty() && next == rows.length) {
            chunks.covered(reader.position()); // nothing but what belongs to no row
          }
          if (!hasBeenPulled(in)) {
            pull(in);
          }
          if (isIdle() && !isIdleSignalled) {
            isIdleSignalled = true;
            idle.invoke(this);
          }
        }
      } catch (RuntimeException e) {
        failStage(e); // not thrown, since Pekko would log it
      }
    }

    /** Has batches parsed; true if it takes more input to go on. */
    private boolean start(boolean isDue) {
      int most = parallelism == 1 ? 1 : 2 * parallelism;
      while (parsing.size() < most) {
        BatchReader<R>.Task task = reader.next(isDue || isClosed(in));
        if (task == null) {
          return true;
        }
        Parsing one = new Parsing(task);
        boolean isWaitedFor = parsing.isEmpty() && next == rows.length;
        parsing.add(one);
        if (parallelism > 1 && !(isWaitedFor && task.bytes() < SMALL)) {
          one.isHandedOver = true;
          workers.execute(() -> parsed.invoke(one.run()));
        }
      }
      return false;
    }

    /** Takes the next batch that has rows, if it is parsed; false if the stage has failed. */
    private boolean open() {
      while (next == rows.length && !parsing.isEmpty()) {
        Parsing one = parsing.element();
        CsvException malformed = one.task.failure();
        if (malformed != null) {
          leaveOut(malformed);
        } else if (!one.isHandedOver) {
          one.run();
        } else if (!one.isDone) {
          return true;
        }
        parsing.remove();
        if (one.failure != null) {
          failStage(one.failure);
          return false;
        }
        next = 0;
        rows = malformed == null ? one.rows : new Object[0];
        settles(one.task.batch);
      }
      return true;
    }

    private void leaveOut(CsvException malformed) {
      if (settings.onMalformed() == MalformedPolicy.FAIL) {
        throw malformed;
      }
      settings.observer().rejected(settings.name(), malformed);
    }

    /** Finds out what the rows settle, before one of them is emitted. */
    private void settles(Batch batch) {
      if (committable == null) {
        return;
      }
      int count = rows.length;
      commits = new Committable[count];
      for (int i = 0; i < count; i++) {
        long end = i + 1 < count ? batch.offset + batch.starts[i + 1] : batch.end;
        commits[i] = chunks.record(batch.offset + batch.starts[i], end);
      }
      chunks.covered(batch.end);
    }

    private void emit() {
      @SuppressWarnings("unchecked") // what the reader's type makes
      R row = (R) rows[next];
      Committable commit = committable == null ? null : commits[next];
      next++;
      push(out, result.apply(row, commit));
      if (next == rows.length) {
        rows = new Object[0];
        next = 0;
        goOn();
      }
    }
  }
}
