#!/usr/bin/env python3
"""Reads a model file of Codonloom in PyTorch and scores examples.

    python read_model.py mil.safetensors mil.json

It reads one kind of network, the default: model.fusion = mil, model.head = text-cnn, model.dna-alignment = stored; of
any sizes and modalities, for numbers or classes. Any other it refuses.

The file is plain safetensors; its metadata hold the description as JSON under "codonloom". The examples are
codon vectors, one matrix [codons, dim] for each modality, as in the JSON's "examples". If the JSON has
"predictions" and "attention" too, the largest difference is printed. Needs torch and safetensors.
"""
import json
import sys
from pathlib import Path

import torch
from safetensors import safe_open
from torch.nn import functional as F

# What the script reads, as the description in the model file has it.
READS = {"fusion": "MIL", "head": "TEXT_CNN", "dnaAlignment": "STORED"}
USAGE = """usage: python read_model.py MODEL.safetensors EXAMPLES.json
reads networks with model.fusion = mil, model.head = text-cnn and model.dna-alignment = stored, no others"""


class Model:
    def __init__(self, path):
        with safe_open(path, "pt") as file:
            self.facts = json.loads(file.metadata()["codonloom"])
            self.p = {name: file.get_tensor(name) for name in file.keys()}
        self.s = self.facts["network"]
        others = [f"{name} {self.s[name]}, not {read}" for name, read in READS.items() if self.s[name] != read]
        if others:
            sys.exit(f"{Path(path).name}: this script does not read its network: {'; '.join(others)}")

    def linear(self, name, x):
        return x @ self.p[name + ".W"] + self.p[name + ".b"]

    def attention(self, projected):
        """One weight for each modality: gated attention over the means, with the learned temperature."""
        gates, scores = self.s["mil"]["gates"], []
        for modality, codons in projected.items():
            own = "" if gates["shared"] else "-" + modality.lower()
            mean = codons.mean(0)
            gate = torch.tanh(mean @ self.p["attention.V" + own]) * torch.sigmoid(mean @ self.p["attention.U" + own])
            scores.append(gate @ self.p["attention.w"])
        low, high = gates["temperatureMin"], gates["temperatureMax"]
        return torch.softmax(torch.cat(scores) / self.p["attention.temperature"].clamp(low, high), 0)

    def convolutions(self, codons):
        """The maximum over time of each channel. The longest kernel's channels come first; tap t holds the
        weights [in, channels] of the kernels that are longer than t."""
        channels, kernels = self.s["textCnn"]["channels"], sorted(self.s["textCnn"]["kernels"], reverse=True)
        pooled = []
        for i, kernel in enumerate(kernels):
            own = slice(i * channels, (i + 1) * channels)
            padded = F.pad(codons, (0, 0, 0, max(0, kernel - len(codons))))
            windows = len(padded) - kernel + 1
            out = sum(padded[t:t + windows] @ self.p[f"convolutions.tap{t}"].reshape(-1, codons.shape[1])[own].T
                      for t in range(kernel))
            pooled.append(torch.relu(out + self.p["convolutions.b"].flatten()[own]).max(0).values)
        return torch.cat(pooled)

    def __call__(self, example):
        """The prediction in the label's own units, or the classes' probabilities; and the attention weights."""
        projected = {m: torch.tanh(self.linear(f"projection-{m.lower()}", torch.tensor(example[m])))
                     for m in self.facts["dims"]}
        weights = self.attention(projected)
        codons = max(len(x) for x in projected.values())
        fused = sum(w * F.pad(x, (0, 0, 0, codons - len(x))) for w, x in zip(weights, projected.values()))
        if self.s["textCnn"]["projection"]:
            fused = self.linear("head-projection", fused)
        out = self.linear("label", self.convolutions(fused))
        if self.facts["classes"]:
            return torch.softmax(out, 0).tolist(), weights.tolist()
        return [out.item() * self.facts["scaling"]["deviation"] + self.facts["scaling"]["mean"]], weights.tolist()


def main(model_file, examples_file):
    model = Model(model_file)
    with open(examples_file) as file:
        given = json.load(file)
    worst = 0.0
    for i, example in enumerate(given["examples"]):
        prediction, weights = model(example)
        print(*(f"{x:.6f}" for x in prediction), "attention", *(f"{x:.4f}" for x in weights))
        if "predictions" in given:
            expected = [given["predictions"][i], *given["attention"][i]]
            worst = max([worst, *(abs(a - b) for a, b in zip(prediction + weights, expected, strict=True))])
    if "predictions" in given:
        print(f"largest difference {worst:.2g}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(USAGE)
    main(*sys.argv[1:])
