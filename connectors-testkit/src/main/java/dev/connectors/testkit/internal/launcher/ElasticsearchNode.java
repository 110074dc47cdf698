package dev.connectors.testkit.internal.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginBundle;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.rest.RestController;

/**
 * Starts one Elasticsearch node without the distribution's start-up code, which needs files that
 * Maven Central doesn't have. Compiled against 8.19, runs 8.19 and 9.x.
 */
public final class ElasticsearchNode {
  private ElasticsearchNode() {}

  /** Arguments: the home directory; the line to print when ready. Settings are in its config. */
  public static void main(String[] args) {
    try {
      run(Path.of(args[0]), args[1]);
    } catch (Throwable failure) {
      failure.printStackTrace();
      System.exit(1); // thread pools that did start would keep the JVM alive
    }
  }

  private static void run(Path home, String readyLine) throws Exception {
    PrintStream out = System.out; // configuring the logs redirects System.out into them
    ParentWatch.start();
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(
            Settings.builder().put("path.home", home.toString()).build(),
            new HashMap<>(),
            home.resolve("config"),
            () -> "node-0");
    LogConfigurator.setNodeName(Node.NODE_NAME_SETTING.get(environment.settings()));
    LogConfigurator.configure(environment, true);
    PluginsLoader plugins =
        PluginsLoader.createPluginsLoader(
            bundles(environment.modulesDir()), Set.of(), Map.of(), false);
    @SuppressWarnings("resource") // closed by the shutdown hook
    Node node = new Node(environment, plugins);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node), "close-node"));
    // Before start(): no request can come first.
    node.injector().getInstance(RestController.class).registerHandler(new RootAction(node));
    node.start();
    awaitShards(node);
    out.println(readyLine);
    out.flush();
  }

  /** 8.19 has {@code loadModulesBundles(Path)}, 9.x {@code loadModulesBundles(Path, boolean)}. */
  @SuppressWarnings("unchecked") // both return Set<PluginBundle>
  private static Set<PluginBundle> bundles(Path modules) throws ReflectiveOperationException {
    Method load =
        Arrays.stream(PluginsLoader.class.getMethods())
            .filter(method -> method.getName().equals("loadModulesBundles"))
            .findFirst()
            .orElseThrow(() -> new NoSuchMethodException("PluginsLoader.loadModulesBundles"));
    Object bundles =
        load.getParameterCount() == 1
            ? load.invoke(null, modules)
            : load.invoke(null, modules, false);
    return (Set<PluginBundle>) bundles;
  }

  /**
   * After a restart the node answers before its shards do, with 503. Asked over HTTP because the
   * internal request differs between the lines.
   */
  private static void awaitShards(Node node) throws IOException {
    int port =
        node.injector()
            .getInstance(HttpServerTransport.class)
            .boundAddress()
            .publishAddress()
            .getPort();
    URI health =
        URI.create(
            "http://127.0.0.1:"
                + port
                + "/_cluster/health?wait_for_status=yellow&wait_for_no_initializing_shards=true"
                + "&timeout=60s");
    HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      System.err.println("some shards are not back: " + health + " says " + status);
    }
    connection.disconnect();
  }

  private static void close(Node node) {
    try {
      node.close();
      if (!node.awaitClose(10, TimeUnit.SECONDS)) {
        System.err.println("the node was not closed within 10 s");
      }
    } catch (Exception failure) {
      System.err.println("closing the node failed: " + failure);
    }
  }
}
