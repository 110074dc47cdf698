package dev.connectors.s3;

/** What a client has of a bucket: see {@link S3#access}. */
public enum BucketAccess {
  /** It is there, and the client may ask for it. */
  GRANTED,
  /** The client may not ask for it; it may be there and somebody else's. */
  DENIED,
  /** There is no such bucket. */
  MISSING
}
