package dev.connectors.jms;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionMetaData;
import java.lang.reflect.Proxy;

/** A connection of a client that nobody knows. */
final class UnknownClient {
  private UnknownClient() {}

  static Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            UnknownClient.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                method.getReturnType() == ConnectionMetaData.class
                    ? Proxy.newProxyInstance(
                        UnknownClient.class.getClassLoader(),
                        new Class<?>[] {ConnectionMetaData.class},
                        (data, name, none) -> null)
                    : null);
  }
}
