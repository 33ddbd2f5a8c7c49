package io.codonloom.device;

import java.util.List;
import org.bytedeco.javacpp.Loader;

/** The system's shared libraries. */
public final class SharedLibraries {
  private SharedLibraries() {}

  /** Those that the loader does not find. */
  public static List<String> absent(List<String> libraries) {
    return libraries.stream().filter(name -> !loads(name)).toList();
  }

  public static boolean loads(String library) {
    try {
      Loader.loadGlobal(library);
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
