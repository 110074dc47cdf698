package dev.connectors.s3;

import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * An object of several that elements were written into: complete, confirmed by S3.
 *
 * @param bucket where it is
 * @param key its name
 * @param partition what it is for; empty if there is one partition only
 * @param elements how many are in it
 * @param bytes its size
 * @param response to the request that made it: ETag, version, checksum, encryption
 */
public record RolledObject(
    String bucket,
    String key,
    String partition,
    long elements,
    long bytes,
    PutObjectResponse response) {}
