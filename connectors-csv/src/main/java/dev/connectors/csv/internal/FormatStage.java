package dev.connectors.csv.internal;

import dev.connectors.csv.CsvFormatSettings;
import java.util.Objects;
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

/** Gathers rows into pieces: full ones, or what there is when upstream has nothing at hand. */
public final class FormatStage<I> extends GraphStage<FlowShape<I, ByteString>> {
  private static final int FULL = 1 << 14;

  private final CSVFormat format;
  private final @Nullable CsvFormatSettings given;
  private final Function<I, ? extends Iterable<?>> values;
  private final Inlet<I> in = Inlet.create("CsvFormat.in");
  private final Outlet<ByteString> out = Outlet.create("CsvFormat.out");
  private final FlowShape<I, ByteString> shape = FlowShape.of(in, out);

  /**
   * For elements of any form.
   *
   * @param settings null for those of the system
   */
  public FormatStage(
      CSVFormat format,
      @Nullable CsvFormatSettings settings,
      Function<I, ? extends Iterable<?>> values) {
    this.format = Objects.requireNonNull(format, "format");
    this.given = settings;
    this.values = values;
  }

  @Override
  public FlowShape<I, ByteString> shape() {
    return shape;
  }

  @Override
  public Attributes initialAttributes() {
    return Attributes.name("CsvFormat");
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic implements InHandler, OutHandler {
    private final AsyncCallback<Logic> idle = createAsyncCallback(self -> onIdle());
    private boolean isIdleSignalled;
    private RowPrinter printer;

    @SuppressWarnings("NullAway.Init") // preStart does the rest
    Logic() {
      super(shape);
      setHandler(in, this);
      setHandler(out, this);
    }

    @Override
    public void preStart() {
      printer =
          new RowPrinter(
              format, given != null ? given : CsvFormatSettings.create(materializer().system()));
      pull(in);
    }

    @Override
    public void onPush() {
      try {
        printer.print(values.apply(grab(in)));
      } catch (RuntimeException e) {
        failStage(e); // not thrown, since Pekko would log it
        return;
      }
      goOn(printer.length() >= FULL);
    }

    @Override
    public void onPull() {
      goOn(printer.length() >= FULL);
    }

    private void onIdle() {
      isIdleSignalled = false;
      if (!isClosed(in)) {
        goOn(true);
      }
    }

    private void goOn(boolean isDue) {
      if (isDue && isAvailable(out) && printer.length() > 0) {
        push(out, printer.take(false));
      }
      if (printer.length() < FULL && !hasBeenPulled(in)) {
        pull(in);
      }
      if (printer.length() > 0 && isAvailable(out) && !isIdleSignalled) {
        isIdleSignalled = true;
        idle.invoke(this);
      }
    }

    @Override
    public void onUpstreamFinish() {
      ByteString last = printer.take(true);
      if (last.nonEmpty()) {
        emit(out, last);
      }
      completeStage();
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
      failStage(cause);
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
      cancelStage(cause);
    }
  }
}
