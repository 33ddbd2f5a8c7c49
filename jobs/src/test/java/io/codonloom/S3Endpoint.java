package io.codonloom;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/**
 * An S3 endpoint in this JVM, with one bucket in memory: S3Proxy, which the build puts under {@code
 * jobs/target/s3proxy}. Its libraries are not Spark's, so they have a class loader of their own.
 */
public final class S3Endpoint {
  /** The bucket. */
  public static final String BUCKET = "codonloom";

  private static URI endpoint;

  private S3Endpoint() {}

  /** Makes {@code s3a:} of this configuration mean the endpoint, which is started if need be. */
  public static synchronized void register(Configuration conf) throws Exception {
    if (endpoint == null) {
      endpoint = start();
    }
    conf.set("fs.s3a.endpoint", endpoint.toString());
    conf.set("fs.s3a.endpoint.region", "us-east-1");
    conf.setBoolean("fs.s3a.path.style.access", true);
    conf.setBoolean("fs.s3a.connection.ssl.enabled", false);
    conf.set(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    conf.set("fs.s3a.access.key", "local");
    conf.set("fs.s3a.secret.key", "local");
    conf.set("fs.s3a.multipart.size", "5M");
    conf.set("fs.s3a.fast.upload.buffer", "bytebuffer");
  }

  private static URI start() throws Exception {
    Path jar = Path.of(System.getProperty("codonloom.root"), "jobs/target/s3proxy/s3proxy.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(
          jar + " is missing: mvn process-test-resources puts it there");
    }
    URI uri = URI.create("http://127.0.0.1:" + freePort());
    Path settings = Files.createTempFile("s3proxy-", ".properties");
    Files.writeString(
        settings,
        """
        s3proxy.endpoint=%s
        s3proxy.authorization=none
        jclouds.provider=transient
        jclouds.identity=local
        jclouds.credential=local
        """
            .formatted(uri));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    ClassLoader own =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    try {
      Thread.currentThread().setContextClassLoader(own);
      System.setProperty("LOG_LEVEL", "warn");
      System.setProperty(
          "logback.statusListenerClass", "ch.qos.logback.core.status.NopStatusListener");
      own.loadClass("org.gaul.s3proxy.Main")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {"--properties", settings.toString()});
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("S3Proxy does not start", e.getCause());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
      System.clearProperty("LOG_LEVEL");
      System.clearProperty("logback.statusListenerClass");
      Files.delete(settings);
    }
    HttpResponse<String> bucket =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(uri.resolve("/" + BUCKET))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    if (bucket.statusCode() != 200) {
      throw new IllegalStateException("no bucket: " + bucket.body());
    }
    return uri;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
