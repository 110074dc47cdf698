package dev.connectors.testkit.internal.launcher;

import com.adobe.testing.s3mock.S3MockApplication;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Runs one S3Mock. */
public final class S3MockNode {
  /** What is written when it accepts requests. */
  private static final String READY = "S3Mock accepts requests";

  private S3MockNode() {}

  /** Arguments: the address and the port to listen on, and then Spring's own. */
  public static void main(String[] args) {
    try {
      ParentWatch.start();
      System.setProperty(Listening.ADDRESS, args[0]);
      List<String> all = new ArrayList<>(List.of(args).subList(2, args.length));
      all.add("--http.port=" + args[1]);
      // Its second port, that of TLS, can't be switched off.
      all.add("--server.port=0");
      all.add("--server.ssl.enabled=false");
      all.add("--server.address=" + args[0]);
      all.add("--spring.main.sources=" + Listening.class.getName());
      S3MockApplication.main(all.toArray(new String[0]));
      answerFirst(URI.create("http://" + args[0] + ":" + args[1] + "/"));
      System.out.println(READY);
    } catch (Throwable failure) {
      failure.printStackTrace();
      System.exit(1); // watching the parent would keep the JVM alive
    }
  }

  /** Most of S3Mock is made with the first request, which may take a client too long. */
  private static void answerFirst(URI uri) throws IOException {
    HttpURLConnection first = (HttpURLConnection) uri.toURL().openConnection();
    first.getResponseCode();
    first.disconnect();
  }

  /** Spring makes it: by itself, S3Mock's port without TLS listens on every address. */
  static final class Listening implements BeanPostProcessor {
    static final String ADDRESS = "connectors.address";

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
      if (bean instanceof Connector connector) {
        connector.setProperty("address", System.getProperty(ADDRESS));
      }
      return bean;
    }
  }
}
