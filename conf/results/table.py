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
    """A part's scores by metric."""
    return {s["metric"]: s for s in json.loads(path.read_text())[part]["scores"]}


def cell(values):
    values = [v for v in values if v is not None]
    return f"{statistics.mean(values):.3f}" + (f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else "")


def by_similarity(runs, models):
    """Prints Spearman by the Jaccard index of the 5-mers with the nearest training protein."""
    found = {}
    for model in models:
        for path in sorted(runs.glob(f"{model}-[123]/metrics.json")):
            for part, values in json.loads(path.read_text())["test"]["by"].get("similarity to training", {}).items():
                score = next(s for s in values if s["metric"] == "spearman")
                found.setdefault(part, {}).setdefault(model, []).append(score)
    print("### iCodon, split by sequence: Spearman by similarity to the nearest training protein\n")
    print("| Jaccard index of 5-mers | test rows | " + " | ".join(models) + " |")
    print("|---" * (len(models) + 2) + "|")
    for part, scores in sorted(found.items()):
        rows = max(s["rows"] for values in scores.values() for s in values)
        print(f"| {part} | {rows:,} | " + " | ".join(cell([s["value"] for s in scores.get(m, [])]) for m in models), "|")
    print()


def main():
    minutes_in_all = 0
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
            minutes_in_all += sum(m["seconds"] for m in manifests) / 60
            print(f"| {model} | {len(done)} | " + " | ".join(
                cell([t[m]["value"] for t in test]) for m in ("spearman", "pearson", "r2")),
                f"| {interval} | {cell([v['spearman']['value'] for v in val])}"
                f" | {manifests[0]['counts']['parameters']:,} | {best} | {minutes:.1f} |")
        print()
    by_similarity(ROOT / "work" / "results-icodon" / "runs", ["one-hot-protein", "protein", "mil-0", "mil-001"])
    print(f"All trainings together: {minutes_in_all / 60:.1f} hours.")


if __name__ == "__main__":
    main()
