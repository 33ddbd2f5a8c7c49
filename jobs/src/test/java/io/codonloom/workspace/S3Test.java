package io.codonloom.workspace;

import io.codonloom.S3Endpoint;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

class S3Test extends FileSystemContract {
  @Override
  Configuration configuration() throws Exception {
    Configuration conf = new Configuration();
    S3Endpoint.register(conf);
    return conf;
  }

  @Override
  String root() {
    return "s3a://" + S3Endpoint.BUCKET + "/contract";
  }

  @Override
  boolean replacedWhileRead(IOException e) {
    return e.getClass().getName().endsWith("RemoteFileChangedException");
  }
}
