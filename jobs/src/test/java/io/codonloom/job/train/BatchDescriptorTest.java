package io.codonloom.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchDescriptorTest {
  @Test
  void isReadAsItWasWritten() {
    int[] rows = {7, 0, 123456};
    BatchDescriptor read =
        BatchDescriptor.parse(
            new BatchDescriptor(3, 17, rows).in("hdfs://host/ws/runs/a/examples"));
    assertThat(read.epoch()).isEqualTo(3);
    assertThat(read.number()).isEqualTo(17);
    assertThat(read.rows()).containsExactly(rows);
  }
}
