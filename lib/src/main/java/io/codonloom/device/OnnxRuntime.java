package io.codonloom.device;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import io.codonloom.UserException;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime with its native libraries. By itself it unpacks them anew for each JVM (650 MB in
 * the build for GPUs) and leaves them behind when the JVM is killed. Here all JVMs of one user and
 * machine load them from one folder below {@code java.io.tmpdir}. Where the system property {@code
 * onnxruntime.native.path} names a folder with the libraries, that one is used.
 */
public final class OnnxRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxRuntime.class);
  private static final String PATH = "onnxruntime.native.path";
  private static final String FOLDER = "native/linux-x64/";
  private static OrtEnvironment environment;

  private OnnxRuntime() {}

  /**
   * ONNX Runtime in this JVM; every use of it starts here, so that the libraries are in their place
   * before it looks for them.
   *
   * @throws UserException if the libraries cannot be loaded on this machine
   */
  public static synchronized OrtEnvironment environment() {
    if (environment == null) {
      if (System.getProperty(PATH) == null) {
        unpack();
      }
      try {
        // What goes wrong is thrown; ONNX Runtime need not write it to the console too.
        environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      } catch (LinkageError e) {
        throw new UserException(
            "ONNX Runtime's native libraries in %s do not load: %s; Codonloom runs on Linux x86-64 with glibc, and their folder must not be mounted noexec"
                .formatted(
                    System.getProperty(PATH, System.getProperty("java.io.tmpdir")), reason(e)),
            e);
      }
    }
    return environment;
  }

  /**
   * Loads the libraries, if that was not done.
   *
   * @return ONNX Runtime's version, and where its libraries are
   * @throws UserException if they cannot be loaded on this machine
   */
  public static String load() {
    String version = environment().getVersion();
    return "%s in %s"
        .formatted(version, System.getProperty(PATH, System.getProperty("java.io.tmpdir")));
  }

  private static void unpack() {
    URL library = OrtEnvironment.class.getResource(FOLDER + "libonnxruntime.so");
    if (library == null || !isLinuxX64()) {
      return; // ONNX Runtime looks elsewhere then.
    }
    try {
      URLConnection connection = library.openConnection();
      connection.setUseCaches(false); // The jar is closed below: nobody else must share it.
      if (connection instanceof JarURLConnection inJar) {
        String name = inJar.getEntryName();
        try (JarFile jar = inJar.getJarFile()) {
          Path folder =
              new UnpackedJar(jar, name.substring(0, name.lastIndexOf('/') + 1), root()).folder();
          System.setProperty(PATH, folder.toString());
        }
      }
    } catch (IOException | UserException | OverlappingFileLockException e) {
      LOG.warn("ONNX Runtime's native libraries are unpacked for this JVM alone: {}", e.toString());
    }
  }

  private static boolean isLinuxX64() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64");
  }

  private static Path root() {
    return Path.of(
        System.getProperty("java.io.tmpdir"),
        "codonloom-native-" + System.getProperty("user.name"));
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null
        ? cause.toString()
        : cause.getMessage().lines().findFirst().orElse("");
  }
}
