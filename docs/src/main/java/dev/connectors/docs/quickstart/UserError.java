package dev.connectors.docs.quickstart;

/** Something that the user can mend; the message is one line and says what. */
final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UserError(String message) {
    super(message, null, false, false);
  }
}
