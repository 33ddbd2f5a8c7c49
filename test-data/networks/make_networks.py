#!/usr/bin/env python3
"""Writes what small fusion networks compute in PyTorch, in double precision: NAME.safetensors for each.

    python make_networks.py write      # the files beside this script
    python make_networks.py verify     # computes them again and compares

A file holds a network's first parameters (`before.LAYER.PARAMETER`, in Codonloom's own layout), its
prediction from them, and both after 20 steps of Adam or AdamW on one batch without dropout; in the metadata
the settings as Codonloom's JSON. The batch is in inputs.safetensors: seven examples whose modalities have
different lengths. The networks are written from the formulas of BioLangFusion (arXiv 2506.08936) alone, each
example on its own and without any padding, so that nothing of Codonloom's masks is repeated here.
"""
import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).parent
DIMS = {"DNA": 3, "RNA": 2, "PROTEIN": 2}
LENGTHS = [(9, 5, 9), (4, 4, 4), (1, 1, 1), (6, 7, 6), (12, 3, 12), (8, 5, 7), (3, 9, 5)]
STEPS = 20
TAU = (0.02, 20.0)
CLASSES = 3

torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)
torch.set_num_threads(1)  # the networks are tiny


def settings(**changes):
    """Codonloom's settings of a small network."""
    gates = {"units": 3, "shared": False, "temperatureMin": TAU[0], "temperatureMax": TAU[1]}
    base = {
        "modalities": [], "features": "EMBEDDINGS", "dnaAlignment": "STORED", "fusion": "MIL", "width": 4,
        "concat": {"projection": "DNA", "hiddenUnits": 5}, "mil": {"gates": gates, "entropyWeight": 0.1},
        "tokenAttention": {"gates": gates}, "crossAttention": {"heads": 2, "dropout": 0.0}, "head": "TEXT_CNN",
        "textCnn": {"channels": 2, "kernels": [3, 4, 5], "projection": 0}, "mlp": {"units": 3},
        "lstm": {"units": 3}, "dropout": 0.0}
    for key, value in changes.items():
        base[key] = {**base[key], **value} if isinstance(value, dict) else value
    return base


SHARED = {"units": 3, "shared": True, "temperatureMin": TAU[0], "temperatureMax": TAU[1]}
CLAMPED = {"units": 3, "shared": False, "temperatureMin": 0.5, "temperatureMax": 2.0}
ADAM = {"method": "ADAM", "learningRate": 0.01, "weightDecay": 0.0}
L2 = {**ADAM, "weightDecay": 0.1}
ADAMW = {"method": "ADAMW", "learningRate": 0.01, "weightDecay": 0.1}
NUMBER = {"classes": 0, "classWeights": []}

# name: settings, modalities, target, optimizer
NETWORKS = {
    "mil": (settings(), "DRP", NUMBER, ADAM),
    "mil-l2": (settings(), "DRP", NUMBER, L2),
    "mil-adamw": (settings(), "DRP", NUMBER, ADAMW),
    "mil-shared-gates": (settings(mil={"gates": SHARED, "entropyWeight": -0.3}), "DRP", NUMBER, ADAM),
    "mil-two": (settings(), "DP", NUMBER, ADAM),
    "mil-upsampled": (settings(dnaAlignment="TRANSPOSED_CONVOLUTION"), "DRP", NUMBER, ADAM),
    "mil-classes": (settings(), "DRP", {"classes": CLASSES, "classWeights": []}, ADAM),
    "mil-weighted-classes": (settings(), "DRP", {"classes": CLASSES, "classWeights": [0.5, 2.0, 1.25]}, ADAM),
    "mil-projected-head": (settings(textCnn={"projection": 3}), "DRP", NUMBER, ADAM),
    "mil-mlp": (settings(head="MLP"), "DRP", NUMBER, ADAM),
    "mil-lstm": (settings(head="LSTM"), "DRP", NUMBER, L2),
    "rna": (settings(fusion="NONE"), "R", NUMBER, ADAM),
    "dna-upsampled": (settings(fusion="NONE", dnaAlignment="TRANSPOSED_CONVOLUTION"), "D", NUMBER, ADAM),
    "concat": (settings(fusion="CONCAT"), "DRP", NUMBER, ADAM),
    "concat-all": (settings(fusion="CONCAT", concat={"projection": "ALL"}), "DRP", NUMBER, ADAM),
    "token-attention": (settings(fusion="TOKEN_ATTENTION"), "DRP", NUMBER, ADAM),
    "cross-attention": (settings(fusion="CROSS_ATTENTION"), "DRP", NUMBER, L2),
    "cross-attention-mlp": (settings(fusion="CROSS_ATTENTION", head="MLP"), "DP", NUMBER, ADAMW),
    "vanilla-concat": (settings(fusion="VANILLA_CONCAT"), "DRP", NUMBER, ADAM),
    "concat-lstm": (settings(fusion="CONCAT", head="LSTM"), "DRP", NUMBER, ADAM),
    "concat-mlp": (settings(fusion="CONCAT", head="MLP"), "DRP", NUMBER, ADAM),
    "concat-two": (settings(fusion="CONCAT"), "DP", NUMBER, ADAM),
    "concat-all-two": (settings(fusion="CONCAT", concat={"projection": "ALL"}), "RP", NUMBER, ADAM),
    "mil-mlp-classes": (settings(head="MLP"), "DRP", {"classes": CLASSES, "classWeights": []}, ADAM),
    "mil-no-entropy": (settings(mil={"entropyWeight": 0.0}), "DRP", NUMBER, ADAM),
    "mil-below-clamp": (settings(mil={"gates": CLAMPED}), "DRP", NUMBER, ADAM),
    "mil-above-clamp": (settings(mil={"gates": CLAMPED}), "DRP", NUMBER, ADAM),
    "token-attention-shared-gates": (
        settings(fusion="TOKEN_ATTENTION", tokenAttention={"gates": SHARED}), "DRP", NUMBER, ADAM),
    "token-attention-below-clamp": (
        settings(fusion="TOKEN_ATTENTION", tokenAttention={"gates": CLAMPED}), "DRP", NUMBER, ADAM),
}
# Learned temperatures that start outside their clamp.
TEMPERATURES = {"mil-below-clamp": 0.3, "mil-above-clamp": 3.0, "token-attention-below-clamp": 0.3}


class Network(nn.Module):
    """A network on one example at a time: each modality is [codons it covers, dim]."""

    def __init__(self, settings, modalities, target):
        super().__init__()
        self.s, self.modalities, self.target = settings, modalities, target
        width, fusion = settings["width"], settings["fusion"]
        self.layers = nn.ModuleDict()
        dims = {m: DIMS[m] for m in modalities}
        if settings["dnaAlignment"] == "TRANSPOSED_CONVOLUTION":
            self.layers["upsampling-dna"] = nn.ConvTranspose1d(
                dims["DNA"], dims["DNA"], 3, stride=2, padding=2, output_padding=1)
        if fusion == "CONCAT" and settings["concat"]["projection"] == "DNA":
            self.layers["hidden-dna"] = nn.Linear(dims["DNA"], settings["concat"]["hiddenUnits"])
            self.layers["projection-dna"] = nn.Linear(settings["concat"]["hiddenUnits"], width)
            out = width + sum(dims[m] for m in modalities if m != "DNA")
        elif fusion == "NONE":
            (out,) = dims.values()
        else:
            for m in modalities:
                self.layers[f"projection-{m.lower()}"] = nn.Linear(dims[m], width)
            out = width
        if fusion == "CONCAT" and settings["concat"]["projection"] == "ALL":
            self.layers["projection"] = nn.Linear(width * len(modalities), width)
        if fusion in ("MIL", "TOKEN_ATTENTION"):
            gates = settings["mil" if fusion == "MIL" else "tokenAttention"]["gates"]
            for owner in [""] if gates["shared"] else [f"-{m.lower()}" for m in modalities]:
                self.layers["V" + owner] = nn.Linear(width, gates["units"], bias=False)
                self.layers["U" + owner] = nn.Linear(width, gates["units"], bias=False)
            self.layers["w"] = nn.Linear(gates["units"], 1, bias=False)
            self.temperature = nn.Parameter(torch.tensor([1.3]))
            self.clamp = (gates["temperatureMin"], gates["temperatureMax"])
        if fusion == "CROSS_ATTENTION":
            for m in (m.lower() for m in modalities):
                for part in ("query", "value", "found"):
                    self.layers[f"{part}-{m}"] = nn.Linear(width, width)
                self.layers[f"key-{m}"] = nn.Linear(width, width, bias=False)
                self.layers[f"norm-{m}"] = nn.LayerNorm(width)
            self.layers["joined"] = nn.Linear(width * len(modalities), width)
            self.layers["fused"] = nn.LayerNorm(width)

        head = settings["head"]
        if head == "TEXT_CNN":
            cnn = settings["textCnn"]
            if cnn["projection"]:
                self.layers["head-projection"] = nn.Linear(out, cnn["projection"])
                out = cnn["projection"]
            for kernel in cnn["kernels"]:
                self.layers[f"convolution-{kernel}"] = nn.Conv1d(out, cnn["channels"], kernel)
            features = cnn["channels"] * len(cnn["kernels"])
        elif head == "MLP":
            features = settings["mlp"]["units"]
            self.layers["hidden"] = nn.Linear(out, features)
        else:
            features = settings["lstm"]["units"]
            self.layers["lstm"] = nn.LSTM(out, features)
            # One bias is enough: PyTorch has two that are always added.
            self.layers["lstm"].bias_hh_l0.data.zero_()
            self.layers["lstm"].bias_hh_l0.requires_grad = False
        self.layers["label"] = nn.Linear(features, target["classes"] or 1)
        for name, values in self.named_parameters():
            if values.dim() == 1 and values.requires_grad:  # no bias at 0, no factor at 1
                values.data += 0.1 * torch.randn_like(values)

    def upsampled(self, dna):
        """From one vector for each pair of codons, with a special token of 0 in front."""
        pairs = [dna[i:i + 2].mean(0) for i in range(0, len(dna), 2)]
        tokens = torch.stack([torch.zeros_like(dna[0]), *pairs])
        return self.layers["upsampling-dna"](tokens.T[None])[0].T[:len(dna)]

    def scores(self, m, vectors):
        gates = self.s["mil" if self.s["fusion"] == "MIL" else "tokenAttention"]["gates"]
        owner = "" if gates["shared"] else f"-{m.lower()}"
        gate = torch.tanh(self.layers["V" + owner](vectors)) * torch.sigmoid(self.layers["U" + owner](vectors))
        return self.layers["w"](gate)

    def attend(self, m, own, context):
        n, heads = len(own), self.s["crossAttention"]["heads"]
        split = lambda x: x.reshape(len(x), heads, -1).transpose(0, 1)
        q, k, v = (split(self.layers[f"{part}-{m.lower()}"](x))
                   for part, x in (("query", own), ("key", context), ("value", context)))
        found = F.scaled_dot_product_attention(q, k, v).transpose(0, 1).reshape(n, -1)
        return self.layers[f"norm-{m.lower()}"](own + self.layers[f"found-{m.lower()}"](found))

    def fuse(self, x):
        """x by modality to the fused codons, and the entropy of the attention's weights."""
        fusion, none = self.s["fusion"], torch.zeros(())
        codons = max(len(v) for v in x.values())
        whole = lambda v: F.pad(v, (0, 0, 0, codons - len(v)))  # a modality that ends early is 0 beyond
        if fusion == "NONE":
            return next(iter(x.values())), none
        if fusion == "CONCAT" and self.s["concat"]["projection"] == "DNA":
            dna = self.layers["projection-dna"](torch.relu(self.layers["hidden-dna"](x["DNA"])))
            return torch.cat([whole(dna if m == "DNA" else x[m]) for m in self.modalities], 1), none
        h = {m: torch.tanh(self.layers[f"projection-{m.lower()}"](x[m])) for m in self.modalities}
        if fusion == "CONCAT":
            return self.layers["projection"](torch.cat([whole(v) for v in h.values()], 1)), none
        if fusion == "VANILLA_CONCAT":
            return torch.cat(list(h.values())), none
        if fusion == "MIL":
            scores = torch.cat([self.scores(m, v.mean(0)) for m, v in h.items()])
            alpha = torch.softmax(scores / self.temperature.clamp(*self.clamp), 0)
            return sum(a * whole(v) for a, v in zip(alpha, h.values())), -(alpha * alpha.log()).sum()
        if fusion == "TOKEN_ATTENTION":
            scores = torch.cat([self.scores(m, whole(v)) for m, v in h.items()], 1)
            alpha = torch.softmax(scores / self.temperature.clamp(*self.clamp), 1)
            return sum(alpha[:, i:i + 1] * whole(v) for i, v in enumerate(h.values())), none
        context = torch.cat(list(h.values()))
        attended = torch.cat([whole(self.attend(m, v, context)) for m, v in h.items()], 1)
        mean = sum(whole(v) for v in h.values()) / len(h)
        return self.layers["fused"](self.layers["joined"](attended) + mean), none

    def pool(self, codons):
        if self.s["head"] == "MLP":
            return torch.relu(self.layers["hidden"](codons.mean(0)))
        if self.s["head"] == "LSTM":
            return self.layers["lstm"](codons)[0].max(0).values
        if "head-projection" in self.layers:
            codons = self.layers["head-projection"](codons)
        # The longest kernel first, as Codonloom has them; an example shorter than a kernel has one window.
        kernels = sorted(self.s["textCnn"]["kernels"], reverse=True)
        windows = [self.layers[f"convolution-{k}"](F.pad(codons.T[None], (0, max(0, k - len(codons)))))
                   for k in kernels]
        return torch.cat([torch.relu(w[0]).max(1).values for w in windows])

    def forward(self, example):
        x = {m: example[m] for m in self.modalities}
        if "upsampling-dna" in self.layers:
            x["DNA"] = self.upsampled(x["DNA"])
        codons, entropy = self.fuse(x)
        return self.layers["label"](self.pool(codons)), entropy

    def loss(self, examples, labels, classes):
        """Mean over the examples of the task's loss and λ times the entropy."""
        total = 0
        for i, example in enumerate(examples):
            out, entropy = self(example)
            if self.target["classes"]:
                weights = self.target["classWeights"] or [1.0] * self.target["classes"]
                total = total - weights[classes[i]] * torch.log_softmax(out, 0)[classes[i]]
            else:
                total = total + (out[0] - labels[i]) ** 2
            total = total + self.s["mil"]["entropyWeight"] * entropy
        return total / len(examples)

    @torch.no_grad()
    def predictions(self, examples):
        out = torch.stack([self(example)[0] for example in examples])
        return torch.softmax(out, 1) if self.target["classes"] else out

    def exported(self):
        """The parameters by Codonloom's names and in its layout."""
        out = {}
        attention = "attention." if hasattr(self, "temperature") else ""
        if attention:
            out[attention + "temperature"] = self.temperature
        for name, layer in self.layers.items():
            if isinstance(layer, nn.ConvTranspose1d):
                for tap in range(3):
                    out[f"{name}.tap{tap}"] = layer.weight[:, :, tap]
                out[f"{name}.b"] = layer.bias
            elif isinstance(layer, nn.LayerNorm):
                out[f"{name}.gamma"], out[f"{name}.beta"] = layer.weight, layer.bias
            elif isinstance(layer, nn.LSTM):
                # PyTorch: input gate, forget, cell, output. Deeplearning4j: cell, forget, output, input gate.
                order = lambda w: torch.cat([w.chunk(4)[i] for i in (2, 1, 3, 0)])
                out[f"{name}.W"], out[f"{name}.RW"] = order(layer.weight_ih_l0).T, order(layer.weight_hh_l0).T
                out[f"{name}.b"] = order(layer.bias_ih_l0)
            elif isinstance(layer, nn.Linear) and (name[0] in "VU" or name == "w"):
                out[attention + name] = layer.weight.T
            elif isinstance(layer, nn.Linear):
                out[f"{name}.W"] = layer.weight.T
                if layer.bias is not None:
                    out[f"{name}.b"] = layer.bias
        if self.s["head"] == "TEXT_CNN":
            convolutions = [self.layers[f"convolution-{k}"]
                            for k in sorted(self.s["textCnn"]["kernels"], reverse=True)]
            for tap in range(convolutions[0].kernel_size[0]):
                out[f"convolutions.tap{tap}"] = torch.cat(
                    [c.weight[:, :, tap] for c in convolutions if c.kernel_size[0] > tap])
            out["convolutions.b"] = torch.cat([c.bias for c in convolutions])
        return {name: values.detach().numpy().copy() for name, values in out.items()}

    def optimizer(self, optimizer):
        """Weight decay acts on weight matrices only: not on biases, LayerNorm or the temperature."""
        kind = {"ADAM": torch.optim.Adam, "ADAMW": torch.optim.AdamW}[optimizer["method"]]
        some = [p for p in self.parameters() if p.requires_grad]
        return kind([{"params": [p for p in some if p.dim() > 1], "weight_decay": optimizer["weightDecay"]},
                     {"params": [p for p in some if p.dim() == 1], "weight_decay": 0.0}],
                    lr=optimizer["learningRate"])


def batch():
    """The examples, and them as one padded batch."""
    torch.manual_seed(11)
    examples = [{m: torch.randn(n, DIMS[m]).float().double() for m, n in zip(DIMS, lengths)} for lengths in LENGTHS]
    labels = torch.randn(len(LENGTHS)).float().double()
    classes = [i % CLASSES for i in range(len(LENGTHS))]
    codons = max(max(lengths) for lengths in LENGTHS)
    arrays = {"label": labels[:, None].numpy(), "class": F.one_hot(torch.tensor(classes)).numpy()}
    for i, m in enumerate(DIMS):
        arrays[m] = torch.stack([F.pad(e[m], (0, 0, 0, codons - len(e[m]))) for e in examples]).numpy()
        arrays[m + ".mask"] = np.array([[c < n[i] for c in range(codons)] for n in LENGTHS])
    return examples, labels, classes, arrays


def files():
    examples, labels, classes, arrays = batch()
    yield "inputs", arrays, {}
    names = dict(zip("DRP", DIMS))
    for seed, (name, (shape, letters, target, optimizer)) in enumerate(NETWORKS.items()):
        torch.manual_seed(100 + seed)
        network = Network(shape, [names[x] for x in letters], target)
        if name in TEMPERATURES:
            network.temperature.data.fill_(TEMPERATURES[name])
        arrays = {f"before.{k}": v for k, v in network.exported().items()}
        arrays["prediction.before"] = network.predictions(examples).numpy()
        adam = network.optimizer(optimizer)
        for _ in range(STEPS):
            adam.zero_grad()
            network.loss(examples, labels, classes).backward()
            adam.step()
        arrays.update({f"after.{k}": v for k, v in network.exported().items()})
        arrays["prediction.after"] = network.predictions(examples).numpy()
        facts = {"settings": shape, "modalities": network.modalities, "target": target, "optimizer": optimizer,
                 "steps": STEPS}
        yield name, arrays, {"network": json.dumps(facts)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["write", "verify"])
    what = parser.parse_args().what
    worst = 0.0
    for name, arrays, metadata in files():
        path = HERE / f"{name}.safetensors"
        floats = {k: np.ascontiguousarray(v, np.float32) for k, v in arrays.items()}
        if what == "write":
            save_file(floats, path, metadata)
            continue
        with safe_open(path, "np") as file:
            if set(file.keys()) != set(floats) or (file.metadata() or {}) != metadata:
                sys.exit(f"{path} holds something else")
            worst = max([worst, *(float(np.abs(file.get_tensor(k) - v).max()) for k, v in floats.items())])
    if what == "verify":
        print(f"largest difference {worst:.3g}")
        if worst > 1e-6:
            sys.exit(1)


if __name__ == "__main__":
    main()
