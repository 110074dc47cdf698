package dev.connectors.s3;

/** What the bytes of a downloaded object are checked against, beside their number. */
public enum VerifyPolicy {
  /**
   * The checksum of the whole object, if the answer has one that this Java can calculate. Objects
   * that were uploaded in parts may have a checksum of checksums instead, which says nothing of the
   * whole.
   */
  CHECKSUM,
  /**
   * {@link #CHECKSUM}, or else the ETag if it looks like an MD5 and the object is not encrypted
   * with a key of KMS or the customer's. For stores whose ETags are MD5s; directory buckets' are
   * not.
   */
  CHECKSUM_OR_ETAG,
  /** Nothing. The client may check by itself what it reads over one connection. */
  NEVER
}
