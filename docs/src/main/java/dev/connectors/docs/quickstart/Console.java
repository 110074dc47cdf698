package dev.connectors.docs.quickstart;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Standard output, and whether a person looks at it. */
final class Console {
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

  PrintStream out() {
    return out;
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
