package dev.connectors.s3.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.pekko.util.ByteString;

/** What was written to an upload and is not taken by it yet. Not thread-safe. */
final class Outbox {
  private final Upload upload;
  private final Deque<ByteString> waiting = new ArrayDeque<>();
  private long bytes;

  Outbox(Upload upload) {
    this.upload = upload;
  }

  void write(ByteString content) {
    bytes += content.size();
    if (waiting.isEmpty() && upload.wantsMore()) {
      upload.offer(content);
    } else {
      waiting.add(content);
    }
  }

  /** Hands over what the upload takes now. */
  void drain() {
    while (!waiting.isEmpty() && upload.wantsMore()) {
      upload.offer(waiting.remove());
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Written in all. */
  long bytes() {
    return bytes;
  }
}
