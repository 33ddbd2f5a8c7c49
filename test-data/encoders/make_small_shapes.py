#!/usr/bin/env python3
"""Writes the checkpoints of this folder that are untrained: a second shape per family, in another guise of its files.

    python make_small_shapes.py --nt-source CLONE --fm-source CLONE

esm2-untrained: as transformers 5 saves it, without stored rotary frequencies.
rna-fm-original: the state dict of the original RNA-FM package with a config.json written by hand; no vocab.txt.
nt-v2-untrained: neither vocab.txt nor any tensor that a language model of rotary positions does not read.
"""
import argparse

from make_checkpoints import HERE, config_json, write_json
from untrained import OriginalRnaFm, fill, untrained

ESM2 = dict(hidden_size=48, num_hidden_layers=3, num_attention_heads=6, intermediate_size=120)
NT = dict(hidden_size=8, num_hidden_layers=5, num_attention_heads=2, intermediate_size=20)
RNAFM = dict(hidden_size=36, num_hidden_layers=3, num_attention_heads=3, intermediate_size=72)


def rewrite(folder, dropped):
    """Takes tensors out of a saved file."""
    from safetensors.torch import load_file, save_file

    state = load_file(folder / "model.safetensors")
    save_file({k: v for k, v in state.items() if not any(part in k for part in dropped)},
              folder / "model.safetensors", metadata={"format": "pt"})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nt-source", required=True)
    parser.add_argument("--fm-source", required=True)
    given = parser.parse_args()
    folders = [HERE / name for name in ("esm2-untrained", "rna-fm-original", "nt-v2-untrained")]
    esm2, rnafm, nt = folders
    for folder in folders:
        folder.mkdir(exist_ok=True)

    untrained("esm2", ESM2).network.save_pretrained(esm2)
    rewrite(esm2, ["inv_freq"])

    original = OriginalRnaFm(given.fm_source, RNAFM)
    fill(original.network)
    original.save(rnafm)
    write_json(rnafm / "config.json", {
        "model_type": "rnafm", **RNAFM, "max_position_embeddings": 1026, "vocab_size": 25})

    untrained("nt", NT, given.nt_source).save(nt)
    rewrite(nt, ["inv_freq", "position_embeddings", "contact_head"])
    write_json(nt / "config.json", config_json("nt", NT))
    for folder in folders:
        print(folder.name, (folder / "model.safetensors").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
