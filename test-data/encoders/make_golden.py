#!/usr/bin/env python3
"""Writes FOLDER/golden/: what the original implementations compute for real sequences, or checks it.

    python make_golden.py write  FOLDER --ec999 ec999.RData --genbank NC_005816.gb.gz [--nt-source CLONE] [--fm-source CLONE]
    python make_golden.py verify FOLDER [--nt-source CLONE] [--fm-source CLONE]

FOLDER is one of this folder's checkpoints. Both inputs come with Debian 12: ec999.RData from r-cran-seqinr 4.2-23-1
(site-library/seqinr/data), NC_005816.gb.gz from python-biopython-doc 1.80+dfsg-4 (Tests/GenBank). The sources are
checkouts of the two originals that are on no package index, at the commits that README.md names. `verify` reloads
the checkpoint from disk, computes everything again and compares.
"""
import argparse
import gzip
import json
import re
import warnings
from pathlib import Path

import numpy as np

from make_checkpoints import HERE, Family, model
from untrained import OriginalRnaFm

# How many whole coding sequences, and which cuts of others. Cuts start at the first base of the gene.
CUTS = [3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 36, 45, 60, 63, 75, 90, 93, 120, 150, 153]
WHOLE = [300, 309, 315, 330, 339, 351]  # the first genes of these lengths
LONGEST = 1022  # what RNA-FM reads; ends inside a codon
LONG = [(480, 540), (600, 660), (1002, 1020), (2400, 2460)]  # and the first ones within these lengths, whole
AMBIGUOUS = [  # id suffix, length, positions (from 0) that are replaced by N
    ("n-first", 30, [0]), ("n-last", 33, [32]), ("n-inside", 45, [7]), ("n-run", 60, [10, 11, 12, 13]),
    ("n-two", 63, [5, 40]), ("n-grid", 48, [6, 13, 20]), ("n-codon", 36, [9, 10, 11])]
ROWS = 64  # of a longer sequence, the vectors of so many tokens are kept
MASKED = [  # id suffix, which case, the residues that are replaced by <mask>
    ("mask-one", 10, lambda n: [3]), ("mask-ends", 14, lambda n: [0, n - 1]),
    ("mask-third", 19, lambda n: range(1, n, 3)), ("mask-all-but-one", 8, lambda n: range(1, n)),
    ("mask-sixth", 33, lambda n: range(2, n, 6))]
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
    name, source, sequence = first(lambda s: len(s) > LONGEST)
    yield f"{name}-{LONGEST}", f"{source}, bases 1..{LONGEST}", sequence[:LONGEST]


def describe(family, name, origin, coding, masked=()):
    """A case without its tensors. `masked` counts the sequence's letters from 0."""
    text = family.text(coding)
    ids = [int(i) for i in family.encode(text)]
    entry = {"id": name, "source": origin, "coding_sequence": coding, "sequence": text, "token_ids": ids}
    if masked:
        entry["masked"] = list(masked)
        for place in masked:
            ids[1 + place] = family.mask
    return entry


def write_golden(folder, key, listed, tensors, columns=None):
    """golden.json with one case a line, and golden.safetensors."""
    from safetensors.numpy import save_file

    (folder / "golden").mkdir(exist_ok=True)
    tensors = {k: np.ascontiguousarray(v, dtype=np.float32) for k, v in tensors.items()}
    save_file(tensors, folder / "golden" / "golden.safetensors", metadata={"format": "pt"})
    head = {"family": key, **({"logit_columns": columns} if columns else {})}
    lines = ",\n".join(json.dumps(entry, sort_keys=True) for entry in listed)
    (folder / "golden" / "golden.json").write_text(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


def sampled(count):
    """The tokens of which vectors are kept: all, or 64 that are evenly spread, both ends among them."""
    return list(range(count)) if count <= ROWS else sorted({round(i * (count - 1) / (ROWS - 1)) for i in range(ROWS)})


def logit_columns(words):
    """The words of which scores are kept: all, or the special tokens, every 61st 6-mer and the single letters."""
    return list(range(words)) if words <= 64 else [*range(6), *range(6, 4102, 61), *range(4102, words)]


def compute(network, listed, columns):
    tensors = {}
    inner = 0
    for entry in listed:
        states, logits = network.hidden(entry["token_ids"])
        rows = sampled(len(entry["token_ids"]))
        tensors[f"{entry['id']}.last_hidden_state"] = states[-1][rows]
        tensors[f"{entry['id']}.logits"] = logits[rows][:, columns]
        entry["tensors"] = ["last_hidden_state", "logits"]
        if len(rows) < len(entry["token_ids"]):
            entry["rows"] = rows
        if len(entry["sequence"]) >= 30 and inner < INTERMEDIATE:
            inner += 1
            layer = (len(states) - 1) // 2
            tensors[f"{entry['id']}.hidden_states.{layer}"] = states[layer][rows]
            entry["tensors"].append(f"hidden_states.{layer}")
    return {k: np.ascontiguousarray(v, dtype=np.float32) for k, v in tensors.items()}


class Fixture:
    """One of this folder's checkpoints with its original implementation."""

    def __init__(self, name, nt_source, fm_source):
        self.folder = HERE / name
        config = json.loads((self.folder / "config.json").read_text())
        shape = {k: config[k] for k in ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")}
        self.original = config.get("model_type") == "rnafm" and config["vocab_size"] == 25
        self.key = {"esm": "esm2", "rnafm": "rnafm"}.get(config.get("model_type"), "nt")
        if self.original:
            self.family = Family("rnafm", vocabulary=OriginalRnaFm.VOCABULARY)
            self.network = OriginalRnaFm(fm_source, shape).load(self.folder)
        else:
            self.family = Family(self.key)
            self.network = model(self.key, nt_source, shape=shape).load(self.folder)
        self.columns = logit_columns(len(self.family.vocabulary))

    def describe(self, real):
        listed, seen = [], set()
        for name, origin, coding in real:
            text = self.family.text(coding)
            if text in seen or self.key == "rnafm" and len(text) > LONGEST:
                continue
            seen.add(text)
            listed.append(describe(self.family, name, origin, coding))
        if self.key == "esm2":
            for suffix, case, places in MASKED:
                entry = listed[case]
                listed.append(describe(
                    self.family, f"{entry['id']}-{suffix}", entry["source"] + "; some residues masked",
                    entry["coding_sequence"], list(places(len(entry["sequence"])))))
        return listed

    def tokenizer(self):
        """The original's, from text to ids."""
        if self.original:
            return self.network.encode
        if self.key == "nt":
            from nucleotide_transformer.tokenizers import NucleotidesKmersTokenizer, compute_tokens_to_ids_v2

            tokenizer = NucleotidesKmersTokenizer(
                k_mers=6, prepend_cls_token=True, tokens_to_ids=compute_tokens_to_ids_v2(k_mers=6)[0])
            return lambda s: tokenizer.tokenize(s)[1]
        if self.key == "rnafm":
            from multimolecule import RnaTokenizer

            tokenizer = RnaTokenizer.from_pretrained(self.folder)
        else:
            from transformers import EsmTokenizer

            tokenizer = EsmTokenizer.from_pretrained(HERE / "esm2-tiny")  # the same words throughout
        return lambda s: tokenizer(s).input_ids

    def check_ids(self, listed):
        encode = self.tokenizer()
        for entry in listed:
            letters = list(entry["sequence"])
            for place in entry.get("masked", []):
                letters[place] = "<mask>"
            ids = [int(i) for i in encode("".join(letters))]
            if ids != entry["token_ids"]:
                raise SystemExit(f"{entry['id']}: the original tokenizer gives {ids}, not {entry['token_ids']}")

    def write(self, real):
        listed = self.describe(real)
        self.check_ids(listed)
        tensors = compute(self.network, listed, self.columns)
        whole = len(self.columns) == len(self.family.vocabulary)
        write_golden(self.folder, self.key, listed, tensors, None if whole else self.columns)
        sizes = [f.stat().st_size for f in sorted((self.folder / "golden").iterdir())]
        print(self.folder.name, len(listed), "cases,", sizes, "bytes")

    def verify(self):
        from safetensors.numpy import load_file

        stored = load_file(self.folder / "golden" / "golden.safetensors")
        listed = json.loads((self.folder / "golden" / "golden.json").read_text())["cases"]
        self.check_ids(listed)
        again = compute(self.network, listed, self.columns)
        if set(again) != set(stored):
            raise SystemExit(f"tensors differ: {set(again) ^ set(stored)}")
        worst = max(float(np.abs(again[k] - stored[k]).max()) for k in stored)
        print(f"{self.folder.name}: {len(listed)} cases, {len(stored)} tensors, max abs difference {worst:.3g}")
        if self.key == "nt":
            epsilon = max(float(np.abs(self.network.hidden(e["token_ids"], plain=True)[0][-1]
                                       [sampled(len(e["token_ids"]))]
                                       - stored[f"{e['id']}.last_hidden_state"]).max()) for e in listed)
            print(f"with Haiku's own epsilon, 1e-5, in the last norm: {epsilon:.3g}")
        if worst > 1e-5:
            raise SystemExit("not the golden values")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=("write", "verify"))
    parser.add_argument("folder", type=lambda p: Path(p).name)
    parser.add_argument("--ec999", type=Path)
    parser.add_argument("--genbank", type=Path)
    parser.add_argument("--nt-source")
    parser.add_argument("--fm-source")
    given = parser.parse_args()
    fixture = Fixture(given.folder, given.nt_source, given.fm_source)
    if given.verb == "write":
        fixture.write(list(cases(given.ec999, given.genbank)))
    else:
        fixture.verify()


if __name__ == "__main__":
    main()
