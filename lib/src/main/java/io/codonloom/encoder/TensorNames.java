package io.codonloom.encoder;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One name for the tensors that Hugging Face's ESM, multimolecule's RNA-FM and the original RNA-FM
 * package (github.com/ml4bio/RNA-FM) name differently: multimolecule's names without the model's
 * prefix.
 */
public final class TensorNames {
  public static final String FINAL_NORM = "encoder.layer_norm";

  private static final String WORDS = "embeddings.word_embeddings.weight";
  private static final String ROTARY = "rotary_embeddings.inv_freq";

  private static final List<String> PREFIXES = List.of("module.", "model.", "esm.", "rnafm.");

  /** What published files hold and an encoder of rotary positions never reads. */
  private static final Pattern UNREAD =
      Pattern.compile(
          "embeddings\\.position_ids|embeddings\\.position_embeddings\\.weight"
              + "|(encoder\\.layer\\.\\d+\\.attention\\.self\\.)?rotary_embeddings\\.inv_freq");

  private record Rename(Pattern from, String to) {
    static Rename of(String from, String to) {
      return new Rename(Pattern.compile(from), to);
    }
  }

  private static final List<Rename> RENAMES =
      List.of(
          // The original RNA-FM package: its loader drops whatever ends with "encoder.".
          Rename.of(
              "^(?:sentence_encoder\\.|encoder\\.)+"
                  + "(?=layers\\.|embed_|emb_layer_norm_|lm_head\\.|contact_head\\.)",
              ""),
          Rename.of("^embed_tokens\\.weight$", WORDS),
          Rename.of("^embed_positions\\.weight$", "embeddings.position_embeddings.weight"),
          Rename.of("^emb_layer_norm_before\\.", "embeddings.layer_norm."),
          Rename.of("^emb_layer_norm_after\\.", FINAL_NORM + "."),
          Rename.of("^lm_head\\.weight$", "lm_head.decoder.weight"),
          Rename.of("^layers\\.", "encoder.layer."),
          Rename.of("\\.self_attn_layer_norm\\.", ".attention.layer_norm."),
          Rename.of("\\.self_attn\\.q_proj\\.", ".attention.self.query."),
          Rename.of("\\.self_attn\\.k_proj\\.", ".attention.self.key."),
          Rename.of("\\.self_attn\\.v_proj\\.", ".attention.self.value."),
          Rename.of("\\.self_attn\\.out_proj\\.", ".attention.output.dense."),
          Rename.of("\\.final_layer_norm\\.", ".layer_norm."),
          Rename.of("\\.fc1\\.", ".intermediate.dense."),
          Rename.of("\\.fc2\\.", ".output.dense."),
          // Hugging Face; transformers 5 saves ESM's norms and frequencies by their oldest names.
          Rename.of("LayerNorm", "layer_norm"),
          Rename.of("layer_norm\\.gamma$", "layer_norm.weight"),
          Rename.of("layer_norm\\.beta$", "layer_norm.bias"),
          Rename.of("^encoder\\.layer\\.\\*\\.attention\\.self\\." + ROTARY, ROTARY),
          Rename.of("^lm_head\\.transform\\.", "lm_head."));

  private TensorNames() {}

  public static String layer(int layer) {
    return "encoder.layer." + layer + ".";
  }

  /** The canonical name of a tensor. */
  static String canonical(String name) {
    String canonical = name;
    for (int i = 0; i < PREFIXES.size(); i++) {
      for (String prefix : PREFIXES) {
        if (canonical.startsWith(prefix)) {
          canonical = canonical.substring(prefix.length());
        }
      }
    }
    for (Rename rename : RENAMES) {
      canonical = rename.from().matcher(canonical).replaceFirst(rename.to());
    }
    return canonical;
  }

  /** Whether the tensors are named as in the original RNA-FM package. */
  static boolean isOriginalRnaFm(Weights weights) {
    return weights.has(WORDS) && weights.nameInFile(WORDS).endsWith("embed_tokens.weight");
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
