package io.codonloom.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name node and a data node in this JVM. */
class HdfsTest extends FileSystemContract {
  @TempDir static Path disk;
  private static AutoCloseable cluster;
  private static Configuration settings;
  private static String uri;

  /** By name: builds that run no tests do without the classes. */
  @BeforeAll
  static void start() throws Exception {
    Configuration conf = new Configuration();
    conf.set("hdfs.minidfs.basedir", disk.toString());
    Class<?> type = Class.forName("org.apache.hadoop.hdfs.MiniDFSCluster");
    Class<?> builderType = Class.forName("org.apache.hadoop.hdfs.MiniDFSCluster$Builder");
    Object builder = builderType.getConstructor(Configuration.class).newInstance(conf);
    cluster = (AutoCloseable) builderType.getMethod("build").invoke(builder);
    type.getMethod("waitActive").invoke(cluster);
    settings = (Configuration) type.getMethod("getConfiguration", int.class).invoke(cluster, 0);
    uri = type.getMethod("getURI").invoke(cluster).toString();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Override
  Configuration configuration() {
    Configuration conf = new Configuration(settings);
    conf.set("fs.viewfs.mounttable.codonloom.link./mounted", uri + "/under");
    return conf;
  }

  @Override
  String root() {
    return uri + "/codonloom";
  }

  @Test
  void aFileOfAMountTableIsTheMountedOne() throws IOException {
    org.apache.hadoop.fs.Path mounted =
        new org.apache.hadoop.fs.Path("viewfs://codonloom/mounted/a/file");
    WholeFile.writeText(conf, mounted, "one");
    WholeFile.writeText(conf, mounted, "two");
    org.apache.hadoop.fs.Path under = new org.apache.hadoop.fs.Path(uri + "/under/a/file");
    assertThat(WholeFile.readText(conf, under)).isEqualTo("two");
    assertThat(WholeFile.readText(conf, mounted)).isEqualTo("two");
  }
}
