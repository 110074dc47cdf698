package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** When the API grows, this tells that a decision is due. */
class FieldsTest {
  @Test
  void members_ofPut_areCarriedOverOrRefused() {
    Set<String> members = members(PutObjectRequest.builder().build());
    members.removeAll(members(CreateMultipartUploadRequest.builder().build()));
    members.removeAll(members(CompleteMultipartUploadRequest.builder().build()));
    members.removeIf(Fields::isChecksum); // refused

    assertThat(members).containsExactly("ContentLength", "ContentMD5", "WriteOffsetBytes");
  }

  @Test
  void copy_unsetMembers_staysUnset() {
    CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder();

    Fields.copy(PutObjectRequest.builder().bucket("b").build(), request);

    assertThat(request.build())
        .isEqualTo(CreateMultipartUploadRequest.builder().bucket("b").build());
  }

  private static Set<String> members(SdkPojo pojo) {
    Set<String> members = new TreeSet<>();
    for (SdkField<?> field : pojo.sdkFields()) {
      members.add(field.memberName());
    }
    return members;
  }
}
