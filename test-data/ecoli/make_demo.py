#!/usr/bin/env python3
"""Makes the demo data set from Debian's package r-cran-seqinr.

    apt-get download r-cran-seqinr=4.2-23-1
    python3 make_demo.py r-cran-seqinr_4.2-23-1_amd64.deb

Reads two tables of the package and nothing else of it: ec999 (999 coding sequences of
Escherichia coli) and the column of caitab that repeats table 1 of Sharp & Li (1987). Writes the
files beside this script, the same bytes every time. NOTICE, one folder up, says what they are.

Needs Python 3.9 and its standard library.
"""

import bz2
import csv
import gzip
import hashlib
import io
import math
import pathlib
import struct
import sys
import tarfile

SHA256 = {
    "ec999": "bcdf7cea17f45c725031cde5609d9b3497de0fd90a5791aefe4dfe043dd95e8f",
    "caitab": "90d0bfbc0e42da69d295297b83e3f8630062173ff2f4349e57faa7bc2ba056a8",
}
MAX_LENGTH = 1023  # 341 codons: what RNA-FM reads in one piece once the stop codon is cut
STOPS = {"TAA", "TAG", "TGA"}
UNCOUNTED = STOPS | {"ATG", "TGG"}  # codons without a synonym


def package_member(package, name):
    """One file of a Debian package: an ar archive that holds a tar archive."""
    data = pathlib.Path(package).read_bytes()
    if data[:8] != b"!<arch>\n":
        sys.exit(f"{package}: not a Debian package")
    position = 8
    while position < len(data):
        header = data[position : position + 60]
        size = int(header[48:58])
        if header[:16].startswith(b"data.tar"):
            body = io.BytesIO(data[position + 60 : position + 60 + size])
            with tarfile.open(fileobj=body) as tar:
                return tar.extractfile(name).read()
        position += 60 + size + size % 2
    sys.exit(f"{package}: holds no data.tar")


class RData:
    """The part of R's serialization (XDR, version 2) that the two tables use."""

    NULL, REFERENCE, SYMBOL, PAIRS, TEXT, INTEGERS, REALS, TEXTS, LIST = (
        254, 255, 1, 2, 9, 13, 14, 16, 19)  # fmt: skip

    def __init__(self, data):
        if data[:7] != b"RDX2\nX\n":
            raise ValueError("not an R data file, version 2")
        self.data, self.position, self.symbols = data, 7 + 12, []

    def integer(self):
        self.position += 4
        return struct.unpack_from(">i", self.data, self.position - 4)[0]

    def numbers(self, code, size):
        count = self.integer()
        self.position += count * size
        start = self.position - count * size
        return list(struct.unpack_from(f">{count}{code}", self.data, start))

    def item(self):
        """The next value; a vector is a pair of its elements and its attributes."""
        flags = self.integer()
        kind = flags & 255
        if kind == self.NULL:
            return None
        if kind == self.REFERENCE:
            return self.symbols[(flags >> 8) - 1]
        if kind == self.SYMBOL:
            self.symbols.append(self.item())
            return self.symbols[-1]
        if kind == self.TEXT:
            size = self.integer()
            self.position += max(size, 0)
            return self.data[self.position - size : self.position].decode("ascii")
        if kind == self.PAIRS:
            if flags & 512:
                self.item()
            name = self.item() if flags & 1024 else None
            value = self.item()
            return {name: value, **(self.item() or {})}
        if kind in (self.TEXTS, self.LIST):
            elements = [self.item() for _ in range(self.integer())]
        elif kind == self.REALS:
            elements = self.numbers("d", 8)
        elif kind == self.INTEGERS:
            elements = self.numbers("i", 4)
        else:
            raise ValueError(f"R type {kind} at byte {self.position}")
        attributes = (self.item() or {}) if flags & 512 else {}
        return elements, attributes


def table(package, name):
    data = package_member(package, f"./usr/lib/R/site-library/seqinr/data/{name}.RData")
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256[name]:
        sys.exit(f"{package}: {name}.RData has SHA-256 {digest}, expected {SHA256[name]}")
    plain = bz2.decompress(data) if data[:3] == b"BZh" else gzip.decompress(data)
    elements, attributes = RData(plain).item()[name]
    return elements, {key: value[0] for key, value in attributes.items()}


def codons(sequence):
    return [sequence[i : i + 3] for i in range(0, len(sequence) - 2, 3)]


def cai(sequence, weights):
    """Codon adaptation index: Sharp & Li (1987), equation 6, the geometric mean of the codons'
    relative adaptiveness w. Codons without a synonym and stop codons do not count; a w of zero
    would be taken as 0.01 (Bulmer 1988), but this table has none."""
    counted = [codon for codon in codons(sequence) if codon not in UNCOUNTED]
    logs = (math.log(weights[codon] or 0.01) for codon in counted)
    return math.exp(math.fsum(logs) / len(counted))


def in_frame(sequence):
    return len(sequence) % 3 == 0


def has_internal_stop(sequence):
    return any(codon in STOPS for codon in codons(sequence)[:-1])


def is_selected(sequence):
    """Short ones for a quick demo, and, of any length, the ones whose reading frame is broken."""
    return (
        len(sequence) <= MAX_LENGTH or not in_frame(sequence) or has_internal_stop(sequence)
    )


def follows_the_rules(sequence):
    return (
        in_frame(sequence)
        and sequence[:3] == "ATG"
        and sequence[-3:] in STOPS
        and not has_internal_stop(sequence)
    )


def write_csv(path, header, rows):
    with open(path, "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(package):
    here = pathlib.Path(__file__).parent

    columns, attributes = table(package, "caitab")
    w, _ = columns[attributes["names"].index("ec")]
    weights = {
        codon.upper(): weight
        for codon, weight in zip(attributes["row.names"], w)
        if codon.upper() not in STOPS
    }
    write_csv(
        here / "sharp_li_1987_ecoli_weights.csv",
        ["codon", "w"],
        [[codon, f"{weight:.3f}"] for codon, weight in sorted(weights.items())],
    )

    sequences, attributes = table(package, "ec999")
    rows = []
    for name, (letters, _) in zip(attributes["names"], sequences):
        sequence = "".join(letters).upper()
        if is_selected(sequence):
            entry, gene = name.split(".")
            label = f"{cai(sequence, weights):.6f}" if in_frame(sequence) else ""
            rows.append([name, entry, gene, len(sequence), label, sequence])
    write_csv(
        here / "ecoli_cds.csv", ["id", "entry", "gene", "length", "cai", "sequence"], rows)  # fmt: skip

    short = [row for row in rows if row[3] <= 600]
    regular = [row for row in short if follows_the_rules(row[5])]
    irregular = [row for row in short if not follows_the_rules(row[5])]
    no_start = next(row for row in irregular if row[5][:3] != "ATG" and in_frame(row[5]))
    no_frame = next(row for row in irregular if not in_frame(row[5]))
    chosen = regular[:: len(regular) // 18][:18] + [no_start, no_frame]
    with open(here / "ecoli_20.fasta", "w", newline="", encoding="ascii") as file:
        for name, entry, gene, length, _, sequence in chosen:
            file.write(f">{name} {gene} {length} nt\n")
            for start in range(0, length, 60):
                file.write(sequence[start : start + 60] + "\n")
    write_csv(here / "ecoli_20_labels.csv", ["id", "cai"], [[row[0], row[4]] for row in chosen])
    print(
        f"{len(rows)} sequences, {sum(follows_the_rules(row[5]) for row in rows)} of them"
        " follow every default rule"
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
