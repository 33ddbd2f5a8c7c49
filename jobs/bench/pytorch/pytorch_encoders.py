#!/usr/bin/env python3
"""Runs a checkpoint in PyTorch, on the token ids that the Java benchmark sends, and tells how long it took.

    pytorch_encoders.py FOLDER FAMILY THREADS     with FAMILY one of nt, rnafm, esm2

The benchmark "pytorch" (see ../README.md) starts it and talks to it over standard input and output. The first line is
a JSON list of texts, each a list of token ids; then each line "alone" or "batches" is answered by the seconds that all
texts take one by one, or sorted into padded batches of about BATCH_TOKENS tokens. "vectors" is answered by the first
three numbers of each text's last hidden state, so that the other side can see that it is the same model.

ESM-2 and RNA-FM are the original implementations (transformers, multimolecule) with scaled dot product attention. The
Nucleotide Transformer v2 has no PyTorch implementation in a package: its few lines are written here.
"""
import json
import sys
import time
from pathlib import Path

import torch
from torch.nn.functional import embedding, layer_norm, linear, scaled_dot_product_attention, silu

BATCH_TOKENS = 4096


class NucleotideTransformer:
    """Pre-norm layers, rotary positions, SwiGLU without biases."""

    def __init__(self, folder):
        from safetensors.torch import load_file

        config = json.loads((folder / "config.json").read_text())
        self.layers, self.heads = config["num_hidden_layers"], config["num_attention_heads"]
        self.epsilon = config["layer_norm_eps"]
        self.weights = {name.removeprefix("esm."): value for name, value in
                        load_file(folder / "model.safetensors").items()}
        width = config["hidden_size"] // self.heads
        frequencies = 1 / 10000 ** (torch.arange(0, width, 2) / width)
        angles = torch.outer(torch.arange(config["max_position_embeddings"]).float(), frequencies)
        self.cos, self.sin = (torch.cat([f, f], 1) for f in (angles.cos(), angles.sin()))

    def dense(self, x, name):
        return linear(x, self.weights[name + ".weight"], self.weights.get(name + ".bias"))

    def norm(self, x, name):
        return layer_norm(x, x.shape[-1:], self.weights[name + ".weight"], self.weights[name + ".bias"], self.epsilon)

    def rotate(self, x):
        first, second = x.chunk(2, -1)
        tokens = x.shape[2]
        return x * self.cos[:tokens] + torch.cat([-second, first], -1) * self.sin[:tokens]

    def attention(self, x, prefix, mask):
        query, key, value = (
            self.dense(x, f"{prefix}.self.{part}").unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in ("query", "key", "value"))
        mixed = scaled_dot_product_attention(self.rotate(query), self.rotate(key), value, attn_mask=mask)
        return self.dense(mixed.transpose(1, 2).flatten(2), f"{prefix}.output.dense")

    def __call__(self, input_ids, attention_mask=None):
        mask = None if attention_mask is None else attention_mask.bool()[:, None, None, :]
        x = embedding(input_ids, self.weights["embeddings.word_embeddings.weight"])
        for number in range(self.layers):
            layer = f"encoder.layer.{number}"
            x = x + self.attention(self.norm(x, layer + ".attention.LayerNorm"), layer + ".attention", mask)
            gate, up = self.dense(self.norm(x, layer + ".LayerNorm"), layer + ".intermediate.dense").chunk(2, -1)
            x = x + self.dense(silu(gate) * up, layer + ".output.dense")
        return self.norm(x, "encoder.emb_layer_norm_after")


def load(folder, family):
    if family == "nt":
        return NucleotideTransformer(folder)
    if family == "rnafm":
        from multimolecule import RnaFmModel as Model
    else:
        from transformers import EsmModel as Model
    model = Model.from_pretrained(folder, attn_implementation="sdpa", add_pooling_layer=False).eval()
    return lambda **inputs: model(**inputs).last_hidden_state


def padded(texts):
    longest = max(map(len, texts))
    ids = torch.ones((len(texts), longest), dtype=torch.long)
    mask = torch.zeros((len(texts), longest), dtype=torch.long)
    for row, text in enumerate(texts):
        ids[row, :len(text)] = torch.tensor(text)
        mask[row, :len(text)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def batches(texts):
    left = sorted(texts, key=len, reverse=True)
    while left:
        size = max(1, BATCH_TOKENS // len(left[0]))
        yield padded(left[:size])
        left = left[size:]


def main():
    folder, family, threads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(threads)
    model = load(folder, family)
    texts = json.loads(sys.stdin.readline())
    calls = {"alone": [{"input_ids": torch.tensor([text])} for text in texts], "batches": list(batches(texts))}
    calls["vectors"] = calls["alone"]
    with torch.inference_mode():
        for line in sys.stdin:
            wanted = line.strip()
            started = time.perf_counter()
            vectors = [model(**call) for call in calls[wanted]]
            seconds = time.perf_counter() - started
            told = [v[0, -1, :3].tolist() for v in vectors] if wanted == "vectors" else seconds
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
