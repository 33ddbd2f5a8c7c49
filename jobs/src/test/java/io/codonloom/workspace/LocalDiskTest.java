package io.codonloom.workspace;

import org.apache.hadoop.conf.Configuration;

class LocalDiskTest extends FileSystemContract {
  @Override
  Configuration configuration() {
    return new Configuration();
  }

  @Override
  String root() {
    return local.toUri().toString();
  }
}
