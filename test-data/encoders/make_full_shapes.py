#!/usr/bin/env python3
"""Writes checkpoints in the published models' shapes and file format, with random weights, and what the original
implementations compute with them for two real sequences. For FullShapeTest and measurements; 3.6 GB in all.

    python make_full_shapes.py OUT --ec999 ec999.RData --genbank NC_005816.gb.gz --nt-source CLONE [--only NAME]

The inputs are those of make_golden.py. OUT lies outside of the repository.
"""
import argparse
from pathlib import Path

from make_checkpoints import Family, write_text_files
from make_golden import cases, describe, write_golden
from untrained import untrained

FULL_SHAPES = {
    "nt-v2-100m": ("nt", dict(
        hidden_size=512, num_hidden_layers=22, num_attention_heads=16, intermediate_size=2048)),
    "rna-fm": ("rnafm", dict(
        hidden_size=640, num_hidden_layers=12, num_attention_heads=20, intermediate_size=5120)),
    "esm2-8m": ("esm2", dict(
        hidden_size=320, num_hidden_layers=6, num_attention_heads=20, intermediate_size=1280)),
    "esm2-650m": ("esm2", dict(
        hidden_size=1280, num_hidden_layers=33, num_attention_heads=20, intermediate_size=5120))}
LENGTHS = ((300, 351), (1002, 1020))  # from, to, in nucleotides


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ec999", type=Path, required=True)
    parser.add_argument("--genbank", type=Path, required=True)
    parser.add_argument("--nt-source", required=True)
    parser.add_argument("--only", choices=FULL_SHAPES)
    given = parser.parse_args()
    real = list(cases(given.ec999, given.genbank))
    chosen = [next(c for c in real if low <= len(c[2]) <= high) for low, high in LENGTHS]
    for name in [given.only] if given.only else FULL_SHAPES:
        key, shape = FULL_SHAPES[name]
        folder = given.out / name
        folder.mkdir(parents=True, exist_ok=True)
        write_text_files(key, shape, folder)
        network = untrained(key, shape, given.nt_source, threads=2)
        network.save(folder)
        listed = [describe(Family(key), *case) for case in chosen]
        tensors = {}
        for entry in listed:
            tensors[f"{entry['id']}.last_hidden_state"] = network.hidden(entry["token_ids"])[0][-1]
            entry["tensors"] = ["last_hidden_state"]
        write_golden(folder, key, listed, tensors)
        spread = {k: round(float((v ** 2).mean() ** 0.5), 3) for k, v in tensors.items()}
        print(name, (folder / "model.safetensors").stat().st_size, "bytes, rms", spread, flush=True)
        del network, tensors


if __name__ == "__main__":
    main()
