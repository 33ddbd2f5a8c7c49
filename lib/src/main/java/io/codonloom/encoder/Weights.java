package io.codonloom.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.codonloom.UserException;
import io.codonloom.sequence.ContentHash;
import io.codonloom.tensor.SafetensorsFile;
import io.codonloom.tensor.Tensor;
import io.codonloom.tensor.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tensors of a checkpoint, in one safetensors file or several, by canonical name. */
public final class Weights {
  private static final String ONE_FILE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final int SHOWN_PROBLEMS = 8;

  /** A tensor's file and its name there. */
  private record Place(SafetensorsFile file, String name) {}

  private final Path origin;
  private final List<SafetensorsFile> files;
  private final Map<String, Place> places = new TreeMap<>();

  private Weights(Path origin, List<SafetensorsFile> files) {
    this.origin = origin;
    this.files = files;
    for (SafetensorsFile file : files) {
      for (String name : file.names()) {
        Place former = places.put(TensorNames.canonical(name), new Place(file, name));
        if (former != null) {
          throw new UserException(
              "%s: %s and %s are the same tensor".formatted(origin, former.name(), name));
        }
      }
    }
  }

  static Weights open(Path directory) {
    Path one = directory.resolve(ONE_FILE);
    Path index = directory.resolve(INDEX);
    if (Files.exists(one) || !Files.exists(index)) {
      if (!Files.exists(one)) {
        refusePickles(directory);
      }
      return new Weights(one, List.of(SafetensorsFile.open(one)));
    }
    JsonNode map = ModelConfig.json(index).path("weight_map");
    TreeSet<String> names = new TreeSet<>();
    map.elements().forEachRemaining(node -> names.add(node.asText()));
    if (names.isEmpty()) {
      throw new UserException(index + " has no weight_map that names files");
    }
    List<SafetensorsFile> files = new ArrayList<>();
    for (String name : names) {
      if (!name.matches("[A-Za-z0-9._-]+\\.safetensors")) {
        throw new UserException("%s names the file '%s'".formatted(index, name));
      }
      files.add(SafetensorsFile.open(directory.resolve(name)));
    }
    return new Weights(index, files);
  }

  private static void refusePickles(Path directory) {
    try (DirectoryStream<Path> pickles =
        Files.newDirectoryStream(directory, "*.{bin,pt,pth,ckpt}")) {
      for (Path pickle : pickles) {
        throw new UserException(
            "%s holds %s, a pickle, which is never read; convert it to %s"
                .formatted(directory, pickle.getFileName(), ONE_FILE));
      }
    } catch (IOException e) {
      throw new UserException("%s cannot be read: %s".formatted(directory, e.getMessage()), e);
    }
  }

  /**
   * Checks that every tensor of {@code shapes} is there in its shape, and that no other lies inside
   * the encoder.
   *
   * @throws UserException that lists all that is missing, of another shape, or unknown
   */
  void require(Map<String, List<Long>> shapes) {
    List<String> problems = new ArrayList<>();
    shapes.forEach((name, shape) -> problem(name, shape).ifPresent(problems::add));
    places.forEach(
        (name, place) -> {
          if (!shapes.containsKey(name) && !TensorNames.mayBeUnread(name)) {
            problems.add(place.name() + " is not part of the model that config.json describes");
          }
        });
    refuse(problems);
  }

  /**
   * Checks that one tensor is there in its shape.
   *
   * @throws UserException if it is not
   */
  void require(String name, List<Long> shape) {
    refuse(problem(name, shape).stream().toList());
  }

  private Optional<String> problem(String name, List<Long> shape) {
    Place place = places.get(name);
    if (place == null) {
      return Optional.of(name + " is missing");
    }
    List<Long> found = place.file().shape(place.name());
    TensorType type = place.file().type(place.name());
    if (!found.equals(shape)) {
      return Optional.of("%s has the shape %s instead of %s".formatted(place.name(), found, shape));
    }
    return isFloat(type) ? Optional.empty() : Optional.of(place.name() + " has the type " + type);
  }

  private void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      int hidden = problems.size() - SHOWN_PROBLEMS;
      throw new UserException(
          "%s does not fit its config.json: %s%s"
              .formatted(
                  origin,
                  String.join("; ", problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size()))),
                  hidden > 0 ? "; and " + hidden + " more" : ""));
    }
  }

  private static boolean isFloat(TensorType type) {
    return type == TensorType.F32 || type == TensorType.F16 || type == TensorType.BF16;
  }

  boolean has(String name) {
    return places.containsKey(name);
  }

  /** The name that the file gives a tensor that is there. */
  String nameInFile(String name) {
    return places.get(name).name();
  }

  /** The shape of a tensor that is there. */
  List<Long> shape(String name) {
    return places.get(name).file().shape(places.get(name).name());
  }

  /**
   * A tensor that {@link #require} has checked.
   *
   * @throws UserException if a number in it is not finite
   */
  public Tensor tensor(String name) {
    Place place = places.get(name);
    return place.file().finiteTensor(place.name());
  }

  /**
   * SHA-256 of the file, or of the list of all files' SHA-256 where there are several.
   *
   * @throws UserException if a number is not finite
   */
  String sha256() {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (SafetensorsFile file : files) {
      hashes.put(file.path().getFileName().toString(), file.sha256());
    }
    if (hashes.size() == 1) {
      return hashes.values().iterator().next();
    }
    StringBuilder list = new StringBuilder();
    hashes.forEach((name, hash) -> list.append(hash).append("  ").append(name).append('\n'));
    return HexFormat.of()
        .formatHex(ContentHash.sha256().digest(list.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
