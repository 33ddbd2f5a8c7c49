#!/usr/bin/env python3
"""Trains a fusion network in PyTorch on random codon vectors and tells how long a step takes.

    pytorch_networks.py THREADS

The benchmark "step" (see ../README.md) starts it and talks to it over standard input and output. A line of JSON
with a network's shape makes the network, warms it up and is answered by how many parameters it has; then each line
"step" is answered by the seconds of one step: forward, backward, Adam. All examples of the batch are whole, so that
no mask is needed here. The formulas are those of BioLangFusion (arXiv 2506.08936), as in test-data/networks.
"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

KERNELS = (3, 4, 5)
TAU = (0.02, 20.0)
GATE_UNITS = 100
HEADS = 4
ATTENTION_DROPOUT, DROPOUT = 0.1, 0.2
ENTROPY_WEIGHT = 0.01


class Mil(nn.Module):
    """One attention weight for each modality of an example."""

    def __init__(self, modalities, width):
        super().__init__()
        gate = lambda: nn.ModuleList([nn.Linear(width, GATE_UNITS, bias=False) for _ in range(modalities)])
        self.value, self.open = gate(), gate()
        self.score = nn.Linear(GATE_UNITS, 1, bias=False)
        self.temperature = nn.Parameter(torch.ones(1))

    def forward(self, projected):
        scores = []
        for x, value, opened in zip(projected, self.value, self.open):
            mean = x.mean(1)
            scores.append(self.score(torch.tanh(value(mean)) * torch.sigmoid(opened(mean))))
        alpha = torch.softmax(torch.cat(scores, 1) / self.temperature.clamp(*TAU), 1)
        fused = sum(alpha[:, m, None, None] * x for m, x in enumerate(projected))
        return fused, -(alpha * alpha.log()).sum(1).mean()


class CrossAttention(nn.Module):
    """Each modality attends to the codons of all."""

    def __init__(self, modalities, width):
        super().__init__()
        every = lambda make: nn.ModuleList([make() for _ in range(modalities)])
        self.query, self.value, self.found = (every(lambda: nn.Linear(width, width)) for _ in range(3))
        self.key = every(lambda: nn.Linear(width, width, bias=False))
        self.norm = every(lambda: nn.LayerNorm(width))
        self.joined = nn.Linear(modalities * width, width)
        self.last = nn.LayerNorm(width)

    def forward(self, projected):
        context = torch.cat(projected, 1)
        heads = lambda x: x.unflatten(2, (HEADS, -1)).transpose(1, 2)
        attended = []
        for m, x in enumerate(projected):
            q, k, v = heads(self.query[m](x)), heads(self.key[m](context)), heads(self.value[m](context))
            found = F.scaled_dot_product_attention(q, k, v, dropout_p=ATTENTION_DROPOUT)
            attended.append(self.norm[m](x + self.found[m](found.transpose(1, 2).flatten(2))))
        return self.last(self.joined(torch.cat(attended, 2)) + sum(projected) / len(projected)), torch.zeros(())


class Network(nn.Module):
    def __init__(self, fusion, dims, width, channels):
        super().__init__()
        self.projections = nn.ModuleList([nn.Linear(dim, width) for dim in dims])
        self.fusion = {"mil": Mil, "cross-attention": CrossAttention}[fusion](len(dims), width)
        self.convolutions = nn.ModuleList([nn.Conv1d(width, channels, kernel) for kernel in KERNELS])
        self.label = nn.Linear(channels * len(KERNELS), 1)

    def forward(self, vectors):
        projected = [torch.tanh(layer(x)) for layer, x in zip(self.projections, vectors)]
        fused, entropy = self.fusion(projected)
        time_last = fused.transpose(1, 2)
        # The maximum first: as the ReLU grows, it does not change which window is the largest.
        pooled = torch.cat([F.relu(layer(time_last).amax(2)) for layer in self.convolutions], 1)
        return self.label(F.dropout(pooled, DROPOUT))[:, 0], entropy


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    for line in sys.stdin:
        if line.strip() != "step":
            shape = json.loads(line)
            network = Network(shape["fusion"], shape["dims"], shape["width"], shape["channels"])
            adam = torch.optim.Adam(network.parameters(), lr=1e-4, fused=True)
            vectors = [0.3 * torch.randn(shape["batch"], shape["codons"], dim) for dim in shape["dims"]]
            labels = torch.randn(shape["batch"])

            def step():
                adam.zero_grad()
                predicted, entropy = network(vectors)
                (F.mse_loss(predicted, labels) + ENTROPY_WEIGHT * entropy).backward()
                adam.step()

            step()
            print(sum(p.numel() for p in network.parameters()), flush=True)
            continue
        started = time.perf_counter()
        step()
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
