package io.codonloom.encoder;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One name for the tensors that Hugging Face's ESM and multimolecule's RNA-FM name differently:
 * without the model's prefix, with {@code layer_norm} throughout.
 */
final class TensorNames {
  static final String FINAL_NORM = "encoder.layer_norm";

  private static final List<String> PREFIXES = List.of("module.", "model.", "esm.", "rnafm.");

  /** What published files hold and an encoder of rotary positions never reads. */
  private static final Pattern UNREAD =
      Pattern.compile(
          "embeddings\\.position_ids|embeddings\\.position_embeddings\\.weight"
              + "|(encoder\\.layer\\.\\d+\\.attention\\.self\\.)?rotary_embeddings\\.inv_freq");

  private TensorNames() {}

  static String layer(int layer) {
    return "encoder.layer." + layer + ".";
  }

  /** The canonical name of a tensor. */
  static String canonical(String name) {
    String bare = name;
    for (int i = 0; i < PREFIXES.size(); i++) {
      for (String prefix : PREFIXES) {
        if (bare.startsWith(prefix)) {
          bare = bare.substring(prefix.length());
        }
      }
    }
    return bare.replace("LayerNorm", "layer_norm")
        .replace("encoder.emb_layer_norm_after.", FINAL_NORM + ".")
        .replace("lm_head.transform.", "lm_head.");
  }

  /**
   * Whether a tensor that the architecture does not name may be there: heads on top of the encoder,
   * and what is {@link #UNREAD}. Anything else in the encoder means that it is another one.
   */
  static boolean mayBeUnread(String canonical) {
    boolean insideEncoder = canonical.startsWith("encoder.") || canonical.startsWith("embeddings.");
    return !insideEncoder || UNREAD.matcher(canonical).matches();
  }
}
