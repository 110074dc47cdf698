package dev.connectors.testkit;

import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Injects servers: see {@link WithServers}. They lie in JUnit's stores, which close them: the
 * shared ones in the root's, a class's own ones in that of its outermost class.
 */
final class ServersExtension implements ParameterResolver {
  private static final Namespace SERVERS = Namespace.create(ServersExtension.class);
  private static final Map<Class<?>, Supplier<TestServer>> KINDS =
      Map.of(
          KafkaServer.class,
          KafkaServer::create,
          ElasticsearchServer.class,
          ElasticsearchServer::create,
          ActiveMqServer.class,
          ActiveMqServer::create,
          ArtemisServer.class,
          ArtemisServer::create,
          S3Server.class,
          S3Server::create,
          S3MockServer.class,
          S3MockServer::create,
          PubSubServer.class,
          PubSubServer::create);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return KINDS.containsKey(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> kind = parameter.getParameter().getType();
    Supplier<TestServer> factory = Objects.requireNonNull(KINDS.get(kind));
    ExtensionContext scope =
        parameter.isAnnotated(OwnServer.class) ? outermostClass(context) : context.getRoot();
    // Named after the scope, because a store also finds what the scopes around it have.
    String key = kind.getName() + " of " + scope.getUniqueId();
    TestServer server =
        scope
            .getStore(SERVERS)
            .getOrComputeIfAbsent(key, absent -> factory.get(), TestServer.class);
    return running(server, key, scope.getStore(SERVERS));
  }

  /** A server that failed to start won't start for the next test either: say so without waiting. */
  private static TestServer running(TestServer server, String key, Store store) {
    String failureKey = key + ": failure";
    ServerStartException earlier = store.get(failureKey, ServerStartException.class);
    if (earlier != null) {
      throw earlier;
    }
    try {
      server.resume();
      return server.start();
    } catch (ServerStartException failure) {
      store.put(failureKey, failure);
      throw failure;
    }
  }

  private static ExtensionContext outermostClass(ExtensionContext context) {
    ExtensionContext root = context.getRoot();
    ExtensionContext scope = context;
    while (scope.getParent().isPresent() && !scope.getParent().get().equals(root)) {
      scope = scope.getParent().get();
    }
    return scope;
  }
}
