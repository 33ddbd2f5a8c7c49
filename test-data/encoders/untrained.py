"""Random weights for the original implementations, for tests of exactness: no training, but every tensor matters."""
import math
import sys
import zlib
from argparse import Namespace

import numpy as np

from make_checkpoints import SEED, model


def weights(name, shape):
    """Normal numbers by the published tensor's name, the same on every machine. Norms, biases and attention are far
    from their trivial values, and the hidden states stay near 1: matrices scale by their inputs."""
    draw = np.random.default_rng([SEED, zlib.crc32(name.encode())]).standard_normal(shape, dtype=np.float32)
    if len(shape) == 1:
        scale = name.endswith("weight")  # of a norm
        return draw * np.float32(0.1) + np.float32(scale)
    if "embedding" in name or "embed_" in name:
        return draw
    return draw / np.float32(math.sqrt(shape[1]))


def untrained(key, shape, source=None, threads=1):
    """The original network of that shape with these weights."""
    network = model(key, source, threads=threads, shape=shape)
    if key == "nt":
        for name, module, parameter, transposed in network.names():
            drawn = weights(name, np.asarray(network.parameters[module][parameter]).shape[::-1 if transposed else 1])
            network.parameters[module][parameter] = network.jnp.asarray(drawn.T if transposed else drawn)
    else:
        fill(network.network)
    return network


def fill(network):
    """A PyTorch module; tied parameters are drawn once, by their first name."""
    import torch

    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(torch.from_numpy(weights(name, tuple(parameter.shape))))


class OriginalRnaFm:
    """RNA-FM by its authors' package: an alphabet of its own, tensor names of fairseq."""

    VOCABULARY = ["<cls>", "<pad>", "<eos>", "<unk>", *"ACGURYKMSWBDHVN-",
                  *(f"<null_{n}>" for n in range(1, 5)), "<mask>"]

    def __init__(self, source, shape, threads=1):
        import torch

        if not source:
            raise SystemExit("--fm-source is needed for the original RNA-FM")
        sys.path.insert(0, str(source))
        import fm

        torch.set_num_threads(threads)
        self.torch, self.alphabet = torch, fm.Alphabet.from_architecture("roberta_large", "rna")
        if self.alphabet.all_toks != self.VOCABULARY:
            raise SystemExit(f"the package's words are {self.alphabet.all_toks}")
        self.network = fm.BioBertModel(Namespace(
            arch="roberta_large", layers=shape["num_hidden_layers"], embed_dim=shape["hidden_size"],
            ffn_embed_dim=shape["intermediate_size"], attention_heads=shape["num_attention_heads"],
            max_positions=1024, emb_layer_norm_before=True, token_dropout=False), self.alphabet)
        self.network.eval()

    def encode(self, text):
        return self.alphabet.get_batch_converter()([("", text)])[2][0].tolist()

    def hidden(self, tokens):
        layers = list(range(self.network.num_layers + 1))
        with self.torch.no_grad():
            out = self.network(self.torch.tensor([tokens]), repr_layers=layers)
        return [out["representations"][n][0].numpy() for n in layers], out["logits"][0].numpy()

    def save(self, folder):
        from safetensors.torch import save_file

        # safetensors refuses tensors that share memory, as the tied lm_head.weight does
        save_file({k: v.clone().contiguous() for k, v in self.network.state_dict().items()},
                  folder / "model.safetensors")

    def load(self, folder):
        from safetensors.torch import load_file

        self.network.load_state_dict(load_file(folder / "model.safetensors"))
        return self
