#!/usr/bin/env python3
"""Prints the tables of README.md from the finished runs of run.sh: python3 conf/results/table.py. Needs nothing."""
import json
import statistics
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS = ["one-hot-rna", "one-hot-protein", "dna", "rna", "protein", "concat", "mil-0", "mil-001", "cross-attention"]
# Data set, suffix of the runs, title.
SETS = [("icodon", "", "iCodon, mRNA stability, split by sequence"),
        ("icodon", "-homology", "iCodon, split by homology"),
        ("cov-vac", "", "CoV-Vac, degradation, split by sequence")]


def scores(path, part):
    """A part's scores by metric; a file may hold the list alone, as the first version wrote it."""
    found = json.loads(path.read_text())[part]
    return {s["metric"]: s for s in (found["scores"] if isinstance(found, dict) else found)}


def cell(values):
    values = [v for v in values if v is not None]
    return f"{statistics.mean(values):.3f}" + (f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else "")


def main():
    for name, suffix, title in SETS:
        runs = ROOT / "work" / f"results-{name}" / "runs"
        if not any(runs.glob(f"*{suffix}-1/manifest.json")):
            continue
        print(f"### {title}\n")
        print("| model | seeds | Spearman | Pearson | R² | 95 % interval of Spearman, seed 1 | validation Spearman |"
              " parameters | epochs, best | minutes |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        for model in MODELS:
            done = [d for d in (runs / f"{model}{suffix}-{seed}" for seed in (1, 2, 3)) if (d / "manifest.json").exists()]
            if not done:
                continue
            manifests = [json.loads((d / "manifest.json").read_text()) for d in done]
            test = [scores(d / "metrics.json", "test") for d in done]
            val = [scores(d / "metrics.json", "val") for d in done]
            first = test[0]["spearman"]
            interval = f"[{first['low']:.3f}, {first['high']:.3f}]" if done[0].name.endswith("-1") else ""
            best = ", ".join(str(m["counts"]["bestEpoch"]) for m in manifests)
            minutes = statistics.mean(m["seconds"] for m in manifests) / 60
            print(f"| {model} | {len(done)} | " + " | ".join(
                cell([t[m]["value"] for t in test]) for m in ("spearman", "pearson", "r2")),
                f"| {interval} | {cell([v['spearman']['value'] for v in val])}"
                f" | {manifests[0]['counts']['parameters']:,} | {best} | {minutes:.1f} |")
        print()


if __name__ == "__main__":
    main()
