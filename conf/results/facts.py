#!/usr/bin/env python3
"""Prints the figures about the data in README.md: python3 conf/results/facts.py FOLDER. Needs nothing.

FOLDER holds icodon_testing.csv.gz and openvaccine_ryos_train1589.csv.gz, as for run.sh. The figures of iCodon come
twice: over all its rows, and over those that the rules of icodon.conf accept. The rules are checked here once more,
so that no finished run is needed.
"""
import csv
import gzip
import itertools
import math
import statistics
import sys
from collections import defaultdict
from pathlib import Path

STOPS = {"TAA", "TAG", "TGA"}


def rows(path):
    with gzip.open(path, "rt", newline="") as file:
        return list(csv.DictReader(file))


def accepted(row):
    """Whether a row passes the default rules: letters, whole codons, a start, a stop, none inside, a label."""
    sequence = row["sequence"].upper().replace("U", "T")
    codons = [sequence[i:i + 3] for i in range(0, len(sequence), 3)]
    try:
        label = float(row["label"])
    except ValueError:
        return False
    return (len(codons) > 1 and len(sequence) % 3 == 0 and set(sequence) <= set("ACGTN") and codons[0] == "ATG"
            and codons[-1] in STOPS and not STOPS.intersection(codons[:-1]) and math.isfinite(label))


def ranks(values):
    """From 1; equal values share the mean of their ranks."""
    found, before = [0.0] * len(values), 0
    for _, tied in itertools.groupby(sorted(range(len(values)), key=values.__getitem__), key=values.__getitem__):
        tied = list(tied)
        for i in tied:
            found[i] = before + (len(tied) + 1) / 2
        before += len(tied)
    return found


def spearman(x, y):
    return statistics.correlation(ranks(x), ranks(y))


def labels_by(given, *columns):
    """The labels of the rows that are equal in these columns, one list for each."""
    found = defaultdict(list)
    for row in given:
        found[tuple(row[c] for c in columns)].append(float(row["label"]))
    return list(found.values())


def squares(*groups):
    """The sum of squared deviations from the mean of their group."""
    return sum(statistics.variance(values) * (len(values) - 1) for values in groups if len(values) > 1)


def cov_vac(given):
    labels = [float(row["mean_deg_Mg_50C"]) for row in given]
    yield "rows", len(given)
    for letters in ("A", "C", "G", "U", "GC"):
        counts = [sum(row["window81"].count(letter) for letter in letters) for row in given]
        yield f"rank correlation of the label with the number of {' and '.join(letters)}", spearman(counts, labels)


def icodon(given):
    labels = [float(row["label"]) for row in given]
    variance = statistics.variance(labels)
    yield "rows", len(given)
    yield "genes", len(labels_by(given, "id"))
    yield "sequences", len(labels_by(given, "sequence"))
    yield "pairs of a gene and a sequence", len(labels_by(given, "id", "sequence"))
    yield "variance of the label", variance
    experiments = labels_by(given, "species", "cell_type", "datatype")
    yield "experiments (species, cell type, method)", len(experiments)
    yield "variance between experiments, % of all", 100 * (1 - squares(*experiments) / squares(labels))
    yield "the same of labels dealt out by chance, %", 100 * (len(experiments) - 1) / (len(given) - 1)
    repeated = [values for values in labels_by(given, "sequence") if len(values) > 1]
    yield "sequences with several rows", len(repeated)
    yield "rows of these", sum(map(len, repeated))
    within = squares(*repeated) / sum(len(values) - 1 for values in repeated)
    yield "variance within a sequence", within
    yield "ceiling of R² for what reads the sequence alone", 1 - within / variance
    others = [(value, (sum(values) - value) / (len(values) - 1)) for values in repeated for value in values]
    yield "rank correlation of a row with the mean of its sequence's others", spearman(*zip(*others))


def show(title, *columns):
    """Prints the figures of each column's rows beside each other."""
    print(f"{title:<66}" + "".join(f"{name:>10}" for name, _ in columns))
    for facts in zip(*(figures for _, figures in columns)):
        print(f"  {facts[0][0]:<64}" + "".join(f"{v:>10,}" if isinstance(v, int) else f"{v:>10.3f}" for _, v in facts))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 conf/results/facts.py FOLDER")
    folder = Path(sys.argv[1])
    show("CoV-Vac", ("all", cov_vac(rows(folder / "openvaccine_ryos_train1589.csv.gz"))))
    stability = rows(folder / "icodon_testing.csv.gz")
    show("iCodon", ("all", icodon(stability)), ("accepted", icodon(list(filter(accepted, stability)))))
