package dev.connectors.testkit;

import dev.connectors.testkit.internal.ContainerSpec;
import dev.connectors.testkit.internal.Jdk;
import dev.connectors.testkit.internal.JvmCommand;
import dev.connectors.testkit.internal.launcher.TrivialNode;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The life cycle of every server, around a process that starts at once. */
final class TrivialServer extends SuppliedServer<TrivialServer> {
  private final String behaviour;

  TrivialServer(String behaviour, ServerOptions options) {
    super("Trivial", options.withSupply(ServerSupply.LOCAL));
    this.behaviour = behaviour;
  }

  @Override
  TrivialServer with(ServerOptions changed) {
    return new TrivialServer(behaviour, changed);
  }

  static TrivialServer serving() {
    return new TrivialServer("serve", ServerOptions.withHeap(64));
  }

  @Override
  public String version() {
    return "1";
  }

  /** Whether the server answers within {@code millis}. */
  boolean greets(int millis) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), millis);
      socket.setSoTimeout(millis);
      return socket.getInputStream().read() == '!';
    }
  }

  @Override
  JvmCommand prepare(Path folder, Path data) throws IOException {
    List<Path> classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toList();
    return new JvmCommand(
        "Trivial 1",
        Jdk.preferred().executable(),
        jvmOptions(folder, List.of()),
        null,
        classPath,
        TrivialNode.class.getName(),
        List.of(Integer.toString(port()), behaviour),
        TrivialNode.READY,
        options.startTimeout());
  }

  @Override
  ContainerSpec container() {
    throw new UnsupportedOperationException();
  }

  @Override
  String image() {
    return "none";
  }
}
