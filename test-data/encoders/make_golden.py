#!/usr/bin/env python3
"""Writes FAMILY/golden/: what the original implementations compute for real sequences, or checks it.

    python make_golden.py write esm2  --ec999 ec999.RData --genbank NC_005816.gb.gz
    python make_golden.py write rnafm --ec999 ec999.RData --genbank NC_005816.gb.gz
    python make_golden.py write nt    --ec999 ec999.RData --genbank NC_005816.gb.gz --nt-source CLONE
    python make_golden.py verify FAMILY [--nt-source CLONE]

Both inputs come with Debian 12: ec999.RData from r-cran-seqinr 4.2-23-1 (site-library/seqinr/data),
NC_005816.gb.gz from python-biopython-doc 1.80+dfsg-4 (Tests/GenBank). `verify` reloads the checkpoint from
disk, computes everything again and compares.
"""
import argparse
import gzip
import json
import re
import warnings
from pathlib import Path

import numpy as np

from make_checkpoints import FAMILIES, HERE, Family, model, write_json

# How many whole coding sequences, and which cuts of others. Cuts start at the first base of the gene.
CUTS = [3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 36, 45, 60, 63, 75, 90, 93, 120, 150, 153]
WHOLE = [300, 309, 315, 330, 339, 351]  # the first genes of these lengths
LONG = [(480, 540), (600, 660), (1002, 1020), (2400, 2460)]  # and the first ones within these lengths, whole
AMBIGUOUS = [  # id suffix, length, positions (from 0) that are replaced by N
    ("n-first", 30, [0]), ("n-last", 33, [32]), ("n-inside", 45, [7]), ("n-run", 60, [10, 11, 12, 13]),
    ("n-two", 63, [5, 40]), ("n-grid", 48, [6, 13, 20]), ("n-codon", 36, [9, 10, 11])]
INTERMEDIATE = 4  # this many of the first sequences of at least 30 letters get one inner layer as well


def ec999(path):
    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = rdata.conversion.convert(rdata.parser.parse_file(path))["ec999"]
    for name, letters in table.items():
        sequence = "".join(str(c) for c in letters).upper()
        if set(sequence) <= set("ACGT") and len(sequence) % 3 == 0:
            entry, _, gene = str(name).partition(".")
            if gene:
                yield f"{entry}.{gene}", f"GenBank entry {entry}, CDS {gene}", sequence


def genbank(path):
    """The CDS of one GenBank record that are plain intervals."""
    text = gzip.open(path, "rt").read()
    version = re.search(r"^VERSION\s+(\S+)", text, re.M).group(1)
    genome = "".join(re.findall(r"[acgt]+", re.sub(r"\d", "", text.split("ORIGIN")[1].split("//")[0]))).upper()
    opposite = str.maketrans("ACGT", "TGCA")
    for feature in re.finditer(r"^     CDS +(complement\()?(\d+)\.\.(\d+)\)?\n((?: {21}.*\n)+)", text, re.M):
        start, end = int(feature.group(2)), int(feature.group(3))
        sequence = genome[start - 1:end]
        if feature.group(1):
            sequence = sequence.translate(opposite)[::-1]
        protein = re.search(r'/protein_id="([^"]+)"', feature.group(4)).group(1)
        yield protein, f"GenBank {version}, CDS {feature.group(2)}..{feature.group(3)}" \
                       f"{' (complement)' if feature.group(1) else ''}, protein {protein}", sequence


def cases(ec999_path, genbank_path):
    """(id, source, coding sequence) in DNA letters."""
    genes = list(ec999(ec999_path))
    taken = set()

    def first(fits):
        for gene in genes:
            if gene[0] not in taken and fits(gene[2]):
                taken.add(gene[0])
                return gene
        raise SystemExit("no such gene")

    for length in CUTS:
        name, source, sequence = first(lambda s: len(s) > 400)
        yield f"{name}-{length}", f"{source}, bases 1..{length}", sequence[:length]
    for suffix, length, places in AMBIGUOUS:
        name, source, sequence = first(lambda s: len(s) > 400)
        letters = list(sequence[:length])
        for place in places:
            letters[place] = "N"
        where = ", ".join(str(p + 1) for p in places)
        yield f"{name}-{suffix}", f"{source}, bases 1..{length}, N put in at {where}", "".join(letters)
    for length in WHOLE:
        name, source, sequence = first(lambda s: len(s) == length)
        yield name, f"{source}, whole", sequence
    for name, source, sequence in list(genbank(genbank_path))[2:4]:
        yield name, f"{source}, whole", sequence
    for low, high in LONG:
        name, source, sequence = first(lambda s: low <= len(s) <= high)
        yield name, f"{source}, whole", sequence


def compute(network, family, listed):
    tensors = {}
    layer = len(network.hidden(listed[0]["token_ids"])[0]) // 2
    inner = 0
    for entry in listed:
        states, logits = network.hidden(entry["token_ids"])
        tensors[f"{entry['id']}.last_hidden_state"] = states[-1]
        entry["tensors"] = ["last_hidden_state"]
        if len(entry["sequence"]) >= 30 and inner < INTERMEDIATE:
            inner += 1
            tensors[f"{entry['id']}.hidden_states.{layer}"] = states[layer]
            entry["tensors"].append(f"hidden_states.{layer}")
            if inner <= 3 and len(entry["token_ids"]) <= 64:
                tensors[f"{entry['id']}.logits"] = logits
                entry["tensors"].append("logits")
    return {k: np.ascontiguousarray(v, dtype=np.float32) for k, v in tensors.items()}


def write(key, ec999_path, genbank_path, source):
    from safetensors.numpy import save_file

    family, folder = Family(key), HERE / FAMILIES[key]
    network = model(key, source).load(folder)
    listed, seen = [], set()
    for name, origin, sequence in cases(ec999_path, genbank_path):
        text = family.text(sequence)
        if text in seen or key == "rnafm" and len(text) > 1022:
            continue
        seen.add(text)
        listed.append({"id": name, "source": origin, "coding_sequence": sequence, "sequence": text,
                       "token_ids": [int(i) for i in family.encode(text)]})
    original_ids(key, folder, listed, source)
    tensors = compute(network, family, listed)
    (folder / "golden").mkdir(exist_ok=True)
    save_file(tensors, folder / "golden" / "golden.safetensors", metadata={"format": "pt"})
    write_json(folder / "golden" / "golden.json", {"family": key, "cases": listed})
    print(len(listed), "cases,", (folder / "golden" / "golden.safetensors").stat().st_size, "bytes")


def original_ids(key, folder, listed, source):
    """The original tokenizers must give the same ids."""
    if key == "nt":
        from nucleotide_transformer.tokenizers import NucleotidesKmersTokenizer, compute_tokens_to_ids_v2

        tokenizer = NucleotidesKmersTokenizer(
            k_mers=6, prepend_cls_token=True, tokens_to_ids=compute_tokens_to_ids_v2(k_mers=6)[0])
        encode = lambda s: tokenizer.tokenize(s)[1]
    elif key == "rnafm":
        from multimolecule import RnaTokenizer

        tokenizer = RnaTokenizer.from_pretrained(folder)
        encode = lambda s: tokenizer(s).input_ids
    else:
        from transformers import EsmTokenizer

        tokenizer = EsmTokenizer.from_pretrained(folder)
        encode = lambda s: tokenizer(s).input_ids
    for entry in listed:
        ids = [int(i) for i in encode(entry["sequence"])]
        if ids != entry["token_ids"]:
            raise SystemExit(f"{entry['id']}: the original tokenizer gives {ids}, not {entry['token_ids']}")


def verify(key, source):
    from safetensors.numpy import load_file

    family, folder = Family(key), HERE / FAMILIES[key]
    network = model(key, source, seed=99).load(folder)
    stored = load_file(folder / "golden" / "golden.safetensors")
    listed = json.loads((folder / "golden" / "golden.json").read_text())["cases"]
    original_ids(key, folder, listed, source)
    again = compute(network, family, listed)
    if set(again) != set(stored):
        raise SystemExit(f"tensors differ: {set(again) ^ set(stored)}")
    worst = max(float(np.abs(again[k] - stored[k]).max()) for k in stored)
    print(f"{FAMILIES[key]}: {len(listed)} cases, {len(stored)} tensors, max abs difference {worst:.3g}")
    if key == "nt":
        epsilon = max(float(np.abs(network.hidden(e["token_ids"], plain=True)[0][-1]
                                   - stored[f"{e['id']}.last_hidden_state"]).max()) for e in listed)
        print(f"with Haiku's own epsilon, 1e-5, in the last norm: {epsilon:.3g}")
    if worst > 1e-6:
        raise SystemExit("not the golden values")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=("write", "verify"))
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("--ec999", type=Path)
    parser.add_argument("--genbank", type=Path)
    parser.add_argument("--nt-source")
    given = parser.parse_args()
    if given.verb == "write":
        write(given.family, given.ec999, given.genbank, given.nt_source)
    else:
        verify(given.family, given.nt_source)


if __name__ == "__main__":
    main()
