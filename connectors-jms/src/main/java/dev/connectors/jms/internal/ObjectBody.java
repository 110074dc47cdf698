package dev.connectors.jms.internal;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.util.zip.InflaterInputStream;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.command.ActiveMQObjectMessage;
import org.apache.activemq.util.ByteSequence;
import org.jspecify.annotations.Nullable;

/** The objects of object messages, deserialized here, under a filter that refuses by default. */
public final class ObjectBody {
  private static final String CLASSIC = "org.apache.activemq.command.ActiveMQObjectMessage";
  private static final String ARTEMIS =
      "org.apache.activemq.artemis.jms.client.ActiveMQObjectMessage";

  private ObjectBody() {}

  public static <T> T read(ObjectMessage message, Class<T> type, ObjectInputFilter allowed)
      throws JMSException {
    Object object;
    try (ObjectInputStream in = new Resolving(serialized(message))) {
      in.setObjectInputFilter(info -> decided(allowed, info));
      object = in.readObject();
    } catch (IOException | ClassNotFoundException cause) {
      throw failure("the object can't be read or is not allowed: " + cause, cause);
    }
    if (!type.isInstance(object)) {
      throw failure(
          "expected a "
              + type.getName()
              + ", got "
              + (object == null ? "null" : "a " + object.getClass().getName()),
          null);
    }
    return type.cast(object);
  }

  /** A class that is not allowed is refused; the limits that go with no class are the filter's. */
  private static ObjectInputFilter.Status decided(
      ObjectInputFilter allowed, ObjectInputFilter.FilterInfo info) {
    ObjectInputFilter.Status status = allowed.checkInput(info);
    return status == ObjectInputFilter.Status.UNDECIDED && info.serialClass() != null
        ? ObjectInputFilter.Status.REJECTED
        : status;
  }

  private static InputStream serialized(ObjectMessage message) throws JMSException {
    return switch (message.getClass().getName()) {
      case CLASSIC -> OfClassic.serialized(message);
      case ARTEMIS -> OfArtemis.serialized(message);
      default ->
          throw failure(
              "objects can't be read under a filter with this client, "
                  + message.getClass().getName(),
              null);
    };
  }

  /** Loaded only where Classic's client is. */
  private static final class OfClassic {
    static InputStream serialized(ObjectMessage message) throws JMSException {
      ActiveMQObjectMessage object = (ActiveMQObjectMessage) message;
      object.storeContent(); // within one JVM it may not be serialized yet
      ByteSequence content = object.getContent();
      if (content == null) {
        throw failure("the message has no object", null);
      }
      InputStream bytes =
          new ByteArrayInputStream(content.getData(), content.getOffset(), content.getLength());
      return object.isCompressed() ? new InflaterInputStream(bytes) : bytes;
    }
  }

  /** Loaded only where Artemis' client is. */
  private static final class OfArtemis {
    static InputStream serialized(ObjectMessage message) throws JMSException {
      ActiveMQBuffer body =
          ((org.apache.activemq.artemis.jms.client.ActiveMQObjectMessage) message)
              .getCoreMessage()
              .getBodyBuffer();
      body.resetReaderIndex();
      if (body.readableBytes() < Integer.BYTES) {
        throw failure("the message has no object", null);
      }
      int length = body.readInt();
      if (length < 0 || length > body.readableBytes()) {
        throw failure("the message's object has a length of " + length, null);
      }
      byte[] object = new byte[length];
      body.readBytes(object);
      return new ByteArrayInputStream(object);
    }
  }

  private static MessageFormatException failure(String text, @Nullable Exception cause) {
    MessageFormatException failure = new MessageFormatException(text);
    if (cause != null) {
      failure.initCause(cause);
      failure.setLinkedException(cause);
    }
    return failure;
  }

  /** Finds the application's classes where it has a class loader of its own. */
  private static final class Resolving extends ObjectInputStream {
    Resolving(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      if (loader != null) {
        try {
          return Class.forName(described.getName(), false, loader);
        } catch (ClassNotFoundException elsewhere) {
          return super.resolveClass(described);
        }
      }
      return super.resolveClass(described);
    }
  }
}
