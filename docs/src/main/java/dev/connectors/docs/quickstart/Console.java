package dev.connectors.docs.quickstart;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Standard output, and whether a person looks at it. */
final class Console {
  private static final int MIN_WIDTH = 79;

  private final PrintStream out;
  private final boolean terminal;

  Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  static Console standard() {
    return new Console(output(), isTerminal());
  }

  boolean terminal() {
    return terminal;
  }

  /** Replaces the line that the cursor is on. */
  void overwrite(String line) {
    out.print('\r' + line);
    out.flush();
  }

  /** How many columns the terminal has. */
  int width() {
    // Without nativeSignals(false) JLine would give SIGINT back to the operating system.
    try (Terminal probe = TerminalBuilder.builder().dumb(true).nativeSignals(false).build()) {
      return Math.max(MIN_WIDTH, probe.getWidth() - 1);
    } catch (IOException e) {
      return MIN_WIDTH;
    }
  }

  void line(String format, Object... args) {
    out.println(args.length == 0 ? format : String.format(Locale.ROOT, format, args));
    out.flush();
  }

  /** A locale without any (C, POSIX) says nothing of the terminal, which is all but sure UTF-8. */
  private static PrintStream output() {
    String named = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
    Charset charset = named == null ? Charset.defaultCharset() : Charset.forName(named);
    return charset.equals(StandardCharsets.US_ASCII)
        ? new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)
        : System.out;
  }

  /** Since JDK 22 there is a console without a terminal too; it has a method that tells. */
  @SuppressWarnings("SystemConsoleNull") // see above
  private static boolean isTerminal() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      Method method = java.io.Console.class.getMethod("isTerminal");
      return (Boolean) method.invoke(console);
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
