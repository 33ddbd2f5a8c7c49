#!/usr/bin/env python3
"""Pretrains the tiny checkpoints of this folder by masked language modelling on yeast coding sequences.

    python make_checkpoints.py train esm2  --fasta yeast_cds.fasta.gz
    python make_checkpoints.py train rnafm --fasta yeast_cds.fasta.gz
    python make_checkpoints.py train nt    --fasta yeast_cds.fasta.gz --nt-source CLONE
    python make_checkpoints.py evaluate FAMILY --fasta yeast_cds.fasta.gz [--nt-source CLONE]
    python make_checkpoints.py probe FAMILY --fasta yeast_cds.fasta.gz --icodon icodon_sample.csv [--nt-source CLONE]
    python make_checkpoints.py check

CLONE is a checkout of github.com/instadeepai/nucleotide-transformer at the commit that README.md names.
requirements.txt pins the rest. The published models' own code is imported and run; none of it is copied here.
"""
import argparse
import csv
import gzip
import json
import math
import random
import sys
import time
import zlib
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SEED = 20
FAMILIES = {"nt": "nt-v2-tiny", "rnafm": "rna-fm-tiny", "esm2": "esm2-tiny"}
SHAPES = {
    "nt": dict(hidden_size=56, num_hidden_layers=4, num_attention_heads=7, intermediate_size=128),
    "rnafm": dict(hidden_size=96, num_hidden_layers=4, num_attention_heads=6, intermediate_size=384),
    "esm2": dict(hidden_size=80, num_hidden_layers=6, num_attention_heads=5, intermediate_size=320)}

# ---------------------------------------------------------------- sequences

BASES = "TCAG"
RESIDUES = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODE = {a + b + c: RESIDUES[16 * i + 4 * j + k]
        for i, a in enumerate(BASES) for j, b in enumerate(BASES) for k, c in enumerate(BASES)}


def read_fasta(path):
    records, name, parts = [], None, []
    with gzip.open(path, "rt") if str(path).endswith(".gz") else open(path) as lines:
        for line in lines:
            if line.startswith(">"):
                if name:
                    records.append((name, "".join(parts).upper()))
                name, parts = line[1:].split()[0], []
            else:
                parts.append(line.strip())
    records.append((name, "".join(parts).upper()))
    return records


def translate(cds):
    """Up to the stop codon; a codon with any other letter than ACGT is X, and so is an internal stop."""
    protein = "".join(CODE.get(cds[i:i + 3], "X") for i in range(0, len(cds) - 2, 3))
    return protein.rstrip("*").replace("*", "X")


def held_out(name):
    """One gene in twenty, by a hash of its name."""
    return zlib.crc32(name.encode()) % 20 == 0


# ---------------------------------------------------------------- tokens


def nt_vocabulary():
    words = ["<unk>", "<pad>", "<mask>", "<cls>", "<eos>", "<bos>"]
    kmers = [""]
    for _ in range(6):
        kmers = [k + b for k in kmers for b in "ATCG"]
    return words + kmers + list("ATCGN")


RNA_VOCABULARY = ["<pad>", "<cls>", "<eos>", "<unk>", "<mask>", "<null>", *"ACGUNRYSWKMBDHVIX|.*-?"]
ESM_VOCABULARY = ["<cls>", "<pad>", "<eos>", "<unk>", *"LAGVSERTIDPKQNFYMHWCXBUZO.-", "<null_1>", "<mask>"]


class Family:
    """What the training loop has to know of one family's text."""

    def __init__(self, key, vocabulary=None):
        self.key = key
        if key == "nt":
            self.vocabulary, self.eos = nt_vocabulary(), False
            self.buckets, self.unit, self.batch_tokens = (31, 63, 127, 255), 6, 4096
            self.random_low, self.random_high = 6, 4102
        elif key == "rnafm":
            self.vocabulary, self.eos = RNA_VOCABULARY, True
            self.buckets, self.unit, self.batch_tokens = (62, 126, 254), 1, 4096
            self.random_low, self.random_high = 6, 10
        else:
            self.vocabulary, self.eos = ESM_VOCABULARY, True
            self.buckets, self.unit, self.batch_tokens = (30, 62, 126, 254, 510), 1, 4096
            self.random_low, self.random_high = 4, 24
        self.vocabulary = vocabulary or self.vocabulary
        self.ids = {w: i for i, w in enumerate(self.vocabulary)}
        self.cls, self.mask = self.ids["<cls>"], self.ids["<mask>"]
        self.end = self.ids["<eos>"]

    def text(self, cds):
        if self.key == "esm2":
            return translate(cds)
        return cds.replace("T", "U") if self.key == "rnafm" else cds

    def encode(self, text):
        """Ids of the whole text, special tokens included."""
        if self.key == "nt":
            body = []
            for n, run in enumerate(text.split("N")):
                if n:
                    body.append(self.ids["N"])
                whole = len(run) - len(run) % 6
                body += [self.ids[run[i:i + 6]] for i in range(0, whole, 6)]
                body += [self.ids[c] for c in run[whole:]]
            return [self.cls] + body
        return [self.cls] + [self.ids[c] for c in text] + [self.end]

    def pieces(self, texts, rng):
        """Random cuts of the texts, each exactly one bucket long, so that nothing is ever padded.
        Nucleotides are cut between codons only."""
        step = 3 if self.key in ("nt", "rnafm") else 1
        by_length = {b: [] for b in self.buckets}
        for text in texts:
            fitting = [b for b in self.buckets if b * self.unit <= len(text)]
            if not fitting:
                continue
            bucket = rng.choice(fitting[-2:]) if rng.random() < 0.8 else rng.choice(fitting)
            width = bucket * self.unit
            slack = (len(text) - width) % width // step
            start = 0 if rng.random() < 0.3 else step * rng.randint(0, slack)
            for at in range(start, len(text) - width + 1, width):
                cut = text[at:at + width]
                if self.key == "nt" and "N" in cut:
                    continue
                by_length[bucket].append(self.encode(cut))
        return {b: p for b, p in by_length.items() if p}

    def batches(self, texts, rng):
        out = []
        for bucket, pieces in self.pieces(texts, rng).items():
            rng.shuffle(pieces)
            rows = max(1, self.batch_tokens // (bucket + 1 + self.eos))
            out += [np.array(pieces[i:i + rows], dtype=np.int32) for i in range(0, len(pieces), rows)
                    if len(pieces[i:i + rows]) == rows or self.key != "nt"]
        rng.shuffle(out)
        return out

    def corrupt(self, tokens, rng, chosen=None, always=False):
        """BERT's masking: of 15 % of the tokens, 80 % become <mask>, 10 % a random word, 10 % stay.
        A fixed count is chosen, never a special token. Returns the input and the flat chosen positions.
        With `always`, every chosen token becomes <mask>."""
        batch, length = tokens.shape
        if chosen is None:
            inner = np.arange(1, length - self.eos)
            flat = (np.arange(batch)[:, None] * length + inner[None, :]).ravel()
            chosen = np.sort(rng.choice(flat, size=round(0.15 * flat.size), replace=False))
        corrupted = tokens.copy().ravel()
        draw = rng.random(chosen.size)
        if always:
            draw[:] = 0
        corrupted[chosen[draw < 0.8]] = self.mask
        swap = chosen[(draw >= 0.8) & (draw < 0.9)]
        corrupted[swap] = rng.integers(self.random_low, self.random_high, size=swap.size)
        return corrupted.reshape(batch, length), chosen


# ---------------------------------------------------------------- the three models, each by its original code


class TorchModel:
    """ESM-2 (transformers) and RNA-FM (multimolecule)."""

    def __init__(self, key, shape, seed=SEED, threads=1):
        import torch

        self.torch, self.key, self.shape = torch, key, shape
        torch.set_num_threads(threads)
        torch.manual_seed(seed)
        self.network = esm2_network(shape) if key == "esm2" else rnafm_network(shape)

    def begin(self, steps, rate):
        torch = self.torch
        decay = [p for p in self.network.parameters() if p.ndim > 1]
        plain = [p for p in self.network.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
            lr=rate, betas=(0.9, 0.98))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, lambda s: learning_rate(s, steps))
        for module in self.network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        self.shifts = np.random.default_rng(SEED)
        self.network.train()

    def _loss(self, tokens, chosen, labels, shift=0):
        torch = self.torch
        ids = torch.from_numpy(tokens.astype(np.int64))
        extra = {}
        if shift:  # RNA-FM: the piece keeps its place in the frame but stands further on in the position table
            rows = torch.arange(2, ids.shape[1] + 2)
            rows[1:] += shift
            extra["position_ids"] = rows.expand_as(ids)
        logits = self.network(input_ids=ids, attention_mask=torch.ones_like(ids), **extra).logits
        picked = logits.reshape(-1, logits.shape[-1])[torch.from_numpy(chosen)]
        return torch.nn.functional.cross_entropy(picked.float(), torch.from_numpy(labels.astype(np.int64)))

    def step(self, tokens, chosen, labels):
        shift = 0
        if self.key == "rnafm" and self.shifts.random() < 0.7:
            shift = 3 * int(self.shifts.integers(0, (1024 - tokens.shape[1]) // 3 + 1))
        loss = self._loss(tokens, chosen, labels, shift)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        return float(loss.detach())

    def loss(self, tokens, chosen, labels):
        self.network.eval()
        with self.torch.no_grad():
            return float(self._loss(tokens, chosen, labels))

    def unigram(self, frequencies):
        """Starts the output bias at the unigram distribution."""
        self.network.lm_head.bias.data.copy_(self.torch.from_numpy(np.log(frequencies)).float())

    def hidden(self, tokens):
        """All hidden states of one unpadded sequence: embedding output, each layer's, the last after the final norm."""
        self.network.eval()
        ids = self.torch.tensor([tokens])
        with self.torch.no_grad():
            out = self.network(input_ids=ids, attention_mask=self.torch.ones_like(ids), output_hidden_states=True)
        return [h[0].numpy() for h in out.hidden_states], out.logits[0].numpy()

    def save(self, folder):
        from safetensors.torch import save_file

        state = {k: v.detach().clone().contiguous() for k, v in self.network.state_dict().items()}
        state = esm2_published(state, self.shape) if self.key == "esm2" else rnafm_published(state, self.shape)
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})

    def load(self, folder):
        kind = type(self.network)
        self.network, info = kind.from_pretrained(folder, output_loading_info=True)
        # where the file holds no rotary frequencies, transformers computes them
        missing = {k for k in info["missing_keys"]} - {"esm.rotary_embeddings.inv_freq"}
        if missing or info["mismatched_keys"]:
            raise SystemExit(f"{folder.name}: missing {missing}, mismatched {info['mismatched_keys']}")
        return self


def esm2_network(shape):
    import torch
    from transformers import EsmConfig, EsmForMaskedLM

    network = EsmForMaskedLM(EsmConfig.from_dict(config_json("esm2", shape)))
    with torch.no_grad():  # published files hold the frequencies rounded to half precision
        network.esm.rotary_embeddings.inv_freq.copy_(network.esm.rotary_embeddings.inv_freq.half().float())
    return network


def esm2_published(state, shape):
    import torch

    frequencies = state.pop("esm.rotary_embeddings.inv_freq")
    state.pop("lm_head.decoder.weight")  # tied
    for layer in range(shape["num_hidden_layers"]):
        state[f"esm.encoder.layer.{layer}.attention.self.rotary_embeddings.inv_freq"] = frequencies.clone()
    # two tables that the published files carry and rotary ESM-2 never reads
    unread = torch.Generator().manual_seed(SEED)
    state["esm.embeddings.position_embeddings.weight"] = \
        0.02 * torch.randn(1026, shape["hidden_size"], generator=unread)
    state["esm.embeddings.position_ids"] = torch.arange(1026).unsqueeze(0)
    return state


def rnafm_network(shape):
    from multimolecule import RnaFmConfig, RnaFmForMaskedLM

    return RnaFmForMaskedLM(RnaFmConfig(**shape))


def rnafm_published(state, shape):
    import torch

    state.pop("lm_head.decoder.weight")  # tied to the word embeddings
    state.pop("lm_head.decoder.bias")  # the same tensor as lm_head.bias
    maps = shape["num_hidden_layers"] * shape["num_attention_heads"]
    # the published model also carries a secondary-structure head over its attention maps; here untrained
    state["ss_head.decoder.weight"] = 0.02 * torch.randn(1, maps, generator=torch.Generator().manual_seed(SEED))
    state["ss_head.decoder.bias"] = torch.zeros(1)
    return state


class HaikuModel:
    """Nucleotide Transformer v2, by InstaDeep's Haiku code."""

    def __init__(self, source, shape, seed=SEED):
        import haiku as hk
        import jax
        import jax.numpy as jnp

        sys.path.insert(0, str(source))
        from nucleotide_transformer.model import NucleotideTransformer, NucleotideTransformerConfig

        self.jax, self.jnp, self.shape = jax, jnp, shape
        config = config_json("nt", shape)
        layers = tuple(range(1, config["num_hidden_layers"] + 1))
        self.config = NucleotideTransformerConfig(
            alphabet_size=config["vocab_size"], pad_token_id=config["pad_token_id"],
            mask_token_id=config["mask_token_id"], max_positions=config["max_position_embeddings"] - 2,
            emb_layer_norm_before=False, attention_heads=config["num_attention_heads"],
            embed_dim=config["hidden_size"], ffn_embed_dim=config["intermediate_size"],
            num_layers=config["num_hidden_layers"], positional_embedding=None, add_bias_ffn=False,
            use_rotary_embedding=True, ffn_activation_name="swish", use_glu_in_ffn=True,
            layer_norm_eps=config["layer_norm_eps"], token_dropout=False, embeddings_layers_to_save=layers)

        # The Haiku code fixes the epsilon of its last two norms to Haiku's default, 1e-5;
        # config.json says 1e-12 for all of them, and that is what a reader of config.json computes.
        original_norm = hk.LayerNorm

        class Norm(original_norm):
            def __init__(self, *args, eps=config["layer_norm_eps"], **kwargs):
                super().__init__(*args, eps=eps, **kwargs)

        class OnChosen(NucleotideTransformer):
            """The same network with its head on some positions only."""

            def __call__(self, tokens, chosen):
                everywhere = jnp.ones((tokens.shape[0], 1, tokens.shape[1], tokens.shape[1]), bool)
                x, _ = self.apply_attention_blocks(x=self._embed_layer(tokens), outs={}, attention_mask=everywhere)
                return self._lm_head(x.reshape(-1, x.shape[-1])[chosen])["logits"]

        def inside(call):
            def run(*args):
                hk.LayerNorm = Norm
                try:
                    return call(*args)
                finally:
                    hk.LayerNorm = original_norm
            return run

        name = "nucleotide_transformer"
        self.whole = hk.transform(inside(lambda t: NucleotideTransformer(self.config, name=name)(t)))
        self.plain = hk.transform(lambda t: NucleotideTransformer(self.config, name=name)(t))
        self.chosen = hk.transform(inside(lambda t, c: OnChosen(self.config, name=name)(t, c)))
        self.parameters = self.whole.init(jax.random.PRNGKey(seed), jnp.zeros((1, 8), jnp.int32))
        # Haiku's own start (variance 1 embeddings, He-uniform biases) is far off for so small a model
        self.parameters = jax.tree_util.tree_map_with_path(calmer, self.parameters)
        for module, entry in self.parameters.items():
            if module.endswith("embed"):
                entry["embeddings"] = jnp.asarray(pairs_of_codons(entry["embeddings"], seed + 1, 0.1))
            if module.endswith("lm_final_fc"):
                entry["w"] = jnp.asarray(pairs_of_codons(np.asarray(entry["w"]).T, seed + 2, 0.07).T)
        self.run = jax.jit(lambda p, t: self.whole.apply(p, None, t))

        def loss(p, t, c, y):
            scores = jax.nn.log_softmax(self.chosen.apply(p, None, t, c))
            return -jnp.take_along_axis(scores, y[:, None], axis=1).mean()

        self.raw_loss, self.jit_loss = loss, jax.jit(loss)

    def begin(self, steps, rate):
        import optax

        decay = self.jax.tree_util.tree_map(lambda v: v.ndim > 1, self.parameters)
        transform = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(
            lambda s: rate * learning_rate(s, steps, self.jnp), b1=0.9, b2=0.98, weight_decay=0.01, mask=decay))
        self.moments = transform.init(self.parameters)

        @self.jax.jit
        def update(p, m, t, c, y):
            value, gradient = self.jax.value_and_grad(self.raw_loss)(p, t, c, y)
            change, m = transform.update(gradient, m, p)
            return optax.apply_updates(p, change), m, value

        self.update = update

    def step(self, tokens, chosen, labels):
        self.parameters, self.moments, value = self.update(self.parameters, self.moments, tokens, chosen, labels)
        return float(value)

    def loss(self, tokens, chosen, labels):
        return float(self.jit_loss(self.parameters, tokens, chosen, labels))

    def unigram(self, frequencies):
        for module, entry in self.parameters.items():
            if module.endswith("lm_final_fc"):
                entry["b"] = self.jnp.asarray(np.log(frequencies), self.jnp.float32)

    def hidden(self, tokens, plain=False):
        ids = self.jnp.asarray([tokens], self.jnp.int32)
        out = self.plain.apply(self.parameters, None, ids) if plain else self.run(self.parameters, ids)
        layers = [np.asarray(out[f"embeddings_{n}"][0]) for n in range(1, self.config.num_layers + 1)]
        _, module, parameter, _ = self.names()[0]
        table = np.asarray(self.parameters[module][parameter])
        # as in transformers: entry 0 is the embedding, the last one comes after the final norm
        return [table[np.asarray(tokens)]] + layers, np.asarray(out["logits"][0])

    def names(self):
        """Pairs (published tensor name, Haiku module, Haiku parameter, transposed?)."""
        root = "nucleotide_transformer"
        head = f"{root}/~/roberta_lm_head/~"
        out = [("esm.embeddings.word_embeddings.weight", f"{root}/embed", "embeddings", False)]
        known = set(self.parameters)
        if f"{root}/~/embed" in known:
            out = [("esm.embeddings.word_embeddings.weight", f"{root}/~/embed", "embeddings", False)]
        for n in range(self.config.num_layers):
            ours, theirs = f"esm.encoder.layer.{n}.", f"{root}/attention_layer_{n}/"
            for a, b in (("query", "query"), ("key", "key"), ("value", "value")):
                out += both(f"{ours}attention.self.{a}", f"{theirs}self_attention/{b}")
            out += both(f"{ours}attention.output.dense", f"{theirs}self_attention/mha_output")
            out += norm(f"{ours}attention.LayerNorm", f"{theirs}self_attention_layer_norm")
            out += norm(f"{ours}LayerNorm", f"{theirs}final_layer_norm")
            out += [(f"{ours}intermediate.dense.weight", f"{theirs}fc1", "w", True),
                    (f"{ours}output.dense.weight", f"{theirs}fc2", "w", True)]
        out += norm("esm.encoder.emb_layer_norm_after", f"{head}/emb_layer_norm_after")
        out += both("lm_head.dense", f"{head}/lm_head_fc_1")
        out += norm("lm_head.layer_norm", f"{head}/lm_head_layer_norm")
        out += [("lm_head.decoder.weight", f"{head}/lm_final_fc", "w", True),
                ("lm_head.bias", f"{head}/lm_final_fc", "b", False)]
        shorten = {k.replace("/~", "").replace("~/", ""): k for k in known}
        out = [(a, m if m in known else shorten[m.replace("/~", "")], p, t) for a, m, p, t in out]
        if {(m, p) for _, m, p, _ in out} != {(m, p) for m, e in self.parameters.items() for p in e}:
            raise SystemExit("the Haiku parameters are not those this script knows")
        return out

    def save(self, folder):
        from safetensors.numpy import save_file

        config = config_json("nt", self.shape)
        state = {}
        for name, module, parameter, transposed in self.names():
            value = np.asarray(self.parameters[module][parameter], np.float32)
            state[name] = np.ascontiguousarray(value.T if transposed else value)
        head = config["hidden_size"] // config["num_attention_heads"]
        frequencies = (1.0 / 10000 ** (np.arange(0, head, 2, dtype=np.float32) / head)).astype(np.float32)
        for n in range(config["num_hidden_layers"]):
            state[f"esm.encoder.layer.{n}.attention.self.rotary_embeddings.inv_freq"] = frequencies
        # what the published files carry and the language model never reads
        unread = np.random.default_rng(SEED)
        shape = (config["max_position_embeddings"], config["hidden_size"])
        state["esm.embeddings.position_embeddings.weight"] = \
            (0.02 * unread.standard_normal(shape)).astype(np.float32)
        maps = config["num_hidden_layers"] * config["num_attention_heads"]
        state["esm.contact_head.regression.weight"] = (0.02 * unread.standard_normal((1, maps))).astype(np.float32)
        state["esm.contact_head.regression.bias"] = np.zeros(1, np.float32)
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})

    def load(self, folder):
        from safetensors.numpy import load_file

        state = load_file(folder / "model.safetensors")
        for name, module, parameter, transposed in self.names():
            value = state[name].T if transposed else state[name]
            if value.shape != self.parameters[module][parameter].shape:
                raise SystemExit(f"{name} has shape {state[name].shape}")
            self.parameters[module][parameter] = self.jnp.asarray(value)
        return self


def both(ours, theirs):
    return [(f"{ours}.weight", theirs, "w", True), (f"{ours}.bias", theirs, "b", False)]


def norm(ours, theirs):
    return [(f"{ours}.weight", theirs, "scale", False), (f"{ours}.bias", theirs, "offset", False)]


def calmer(path, value):
    """A start like ESM's: biases zero, embeddings small, projections scaled by their fan-in."""
    parameter = path[-1].key
    if parameter in ("b", "offset"):
        return value * 0
    if parameter == "embeddings":
        return value * (0.1 / float(value.std()))
    if parameter == "w":
        return value * (0.5 / math.sqrt(value.shape[0]) / float(value.std()))
    return value


def pairs_of_codons(table, seed, size):
    """A row per token: for a 6-mer the sum of a random vector of its first codon, one of its second, and a
    little noise. A million 6-mers are too few to learn 4096 unrelated vectors from."""
    draw = np.random.default_rng(seed)
    table = 0.3 * size * draw.standard_normal(table.shape)
    first, second = (size / math.sqrt(2) * draw.standard_normal((64, table.shape[1])) for _ in range(2))
    table[6:4102] += first.repeat(64, axis=0) + np.tile(second, (64, 1))
    return table.astype(np.float32)


def model(key, source=None, seed=SEED, threads=1, shape=None):
    shape = shape or SHAPES[key]
    if key == "nt":
        if not source:
            raise SystemExit("--nt-source is needed for nt")
        return HaikuModel(source, shape, seed)
    return TorchModel(key, shape, seed, threads)


# ---------------------------------------------------------------- configuration and tokenizer files


def config_json(key, shape):
    if key == "nt":
        return {
            "add_bias_fnn": False,
            "architectures": ["EsmForMaskedLM", "EsmForTokenClassification", "EsmForSequenceClassification"],
            "attention_probs_dropout_prob": 0.0,
            "auto_map": {
                "AutoConfig": "esm_config.EsmConfig",
                "AutoModelForMaskedLM": "modeling_esm.EsmForMaskedLM",
                "AutoModelForSequenceClassification": "modeling_esm.EsmForSequenceClassification",
                "AutoModelForTokenClassification": "modeling_esm.EsmForTokenClassification"},
            "emb_layer_norm_before": False, "esmfold_config": None, "hidden_dropout_prob": 0.0,
            "hidden_size": shape["hidden_size"], "initializer_range": 0.02,
            "intermediate_size": shape["intermediate_size"], "is_folding_model": False,
            "layer_norm_eps": 1e-12, "mask_token_id": 2, "max_position_embeddings": 2050,
            "num_attention_heads": shape["num_attention_heads"],
            "num_hidden_layers": shape["num_hidden_layers"], "pad_token_id": 1,
            "position_embedding_type": "rotary", "tie_word_embeddings": False, "token_dropout": False,
            "torch_dtype": "float32", "transformers_version": "4.32.0.dev0", "use_cache": False,
            "vocab_list": None, "vocab_size": 4107}
    if key == "rnafm":
        from multimolecule import RnaFmConfig

        config = json.loads(RnaFmConfig(**shape).to_json_string())
        config["lm_head"]["num_labels"] = config["vocab_size"]
        return {**config, "architectures": ["RnaFmForPreTraining"], "dtype": "float32"}
    return {
        "_name_or_path": "esm2-tiny", "architectures": ["EsmForMaskedLM"], "attention_probs_dropout_prob": 0.0,
        "classifier_dropout": None,
        "emb_layer_norm_before": False, "esmfold_config": None, "hidden_act": "gelu", "hidden_dropout_prob": 0.0,
        **shape, "initializer_range": 0.02, "is_folding_model": False, "layer_norm_eps": 1e-05,
        "mask_token_id": 32, "max_position_embeddings": 1026, "model_type": "esm", "pad_token_id": 1,
        "position_embedding_type": "rotary", "token_dropout": True, "torch_dtype": "float32",
        "transformers_version": "4.25.0.dev0", "use_cache": True, "vocab_list": None, "vocab_size": 33}


def write_text_files(key, shape, folder):
    write_json(folder / "config.json", config_json(key, shape))
    (folder / "vocab.txt").write_text("\n".join(Family(key).vocabulary))
    special = {"cls_token": "<cls>", "eos_token": "<eos>", "mask_token": "<mask>", "pad_token": "<pad>",
               "unk_token": "<unk>"}
    if key == "nt":
        write_json(folder / "tokenizer_config.json", {
            "clean_up_tokenization_spaces": True, "eos_token": None, "model_max_length": 2048,
            "tokenizer_class": "EsmTokenizer"})
        write_json(folder / "special_tokens_map.json", {k: v for k, v in special.items() if k != "eos_token"})
    elif key == "rnafm":
        from multimolecule import RnaTokenizer

        RnaTokenizer(model_max_length=1024).save_pretrained(folder)
    else:
        write_json(folder / "tokenizer_config.json", {
            "model_max_length": 1000000000000000019884624838656, "tokenizer_class": "EsmTokenizer"})
        write_json(folder / "special_tokens_map.json", special)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")


# ---------------------------------------------------------------- training


def learning_rate(step, steps, xp=math):
    """Factor of the peak rate: warm up over a twentieth of the steps, then a half cosine to a twentieth."""
    warm = steps / 20
    if xp is math:
        if step < warm:
            return (step + 1) / warm
        return 0.05 + 0.475 * (1 + math.cos(math.pi * min(1, (step - warm) / (steps - warm))))
    fall = 0.05 + 0.475 * (1 + xp.cos(math.pi * xp.minimum(1.0, (step - warm) / (steps - warm))))
    return xp.where(step < warm, (step + 1) / warm, fall)


def unigram_frequencies(family, texts):
    counts = np.ones(len(family.vocabulary))
    for pieces in family.pieces(texts, random.Random(SEED)).values():
        for piece in pieces:
            np.add.at(counts, piece[1:len(piece) - family.eos], 1)
    return counts / counts.sum()


def evaluate_saved(key, fasta, source, threads):
    """The figures of training.json again, from the files on disk."""
    family, genes = Family(key), read_fasta(fasta)
    texts = [family.text(s) for n, s in genes if not held_out(n)]
    apart = [family.text(s) for n, s in genes if held_out(n)]
    network = model(key, source, threads=threads).load(HERE / FAMILIES[key])
    path = HERE / FAMILIES[key] / "training.json"
    figures = {**json.loads(path.read_text()), **evaluate(key, network, apart, unigram_frequencies(family, texts))}
    write_json(path, figures)
    print(json.dumps(figures))


def train(key, fasta, source, steps, rate, threads, folder):
    family = Family(key)
    genes = read_fasta(fasta)
    texts = [family.text(s) for n, s in genes if not held_out(n)]
    apart = [family.text(s) for n, s in genes if held_out(n)]
    rng, noise = random.Random(SEED), np.random.default_rng(SEED)

    frequencies = unigram_frequencies(family, texts)
    network = model(key, source, threads=threads)
    network.begin(steps, rate)
    network.unigram(frequencies)
    done, seen, start, recent = 0, 0, time.time(), []
    while done < steps:
        for tokens in family.batches(texts, rng):
            if done == steps:
                break
            corrupted, chosen = family.corrupt(tokens, noise)
            recent.append(network.step(corrupted, chosen, tokens.ravel()[chosen]))
            done, seen = done + 1, seen + tokens.size
            if done % 50 == 0:
                print(f"step {done}/{steps} loss {np.mean(recent):.4f} "
                      f"{seen / (time.time() - start):.0f} tokens/s {time.time() - start:.0f} s", flush=True)
                recent = []
    folder.mkdir(parents=True, exist_ok=True)
    write_text_files(key, SHAPES[key], folder)
    network.save(folder)
    figures = evaluate(key, network, apart, frequencies)
    figures.update(steps=steps, tokens_seen=seen, training_genes=len(texts), held_out_genes=len(apart))
    write_json(folder / "training.json", figures)
    print(json.dumps(figures))


def evaluate(key, network, texts, frequencies):
    """Held-out loss over the tokens of the held-out pieces, each masked in exactly one of seven passes
    (RNA: only two of the seven are run), and what a model of frequencies alone would reach on the same tokens.
    The figure to compare is the one where every chosen token became <mask>: with 80/10/10 a tenth of the
    answers stands in the input."""
    family, noise = Family(key), np.random.default_rng(SEED + 1)
    total, total_801010, count, seen = 0.0, 0.0, 0, np.zeros(len(family.vocabulary))
    for tokens in family.batches(texts, random.Random(SEED + 1)):
        batch, length = tokens.shape
        inner = (np.arange(batch)[:, None] * length + np.arange(1, length - family.eos)[None, :]).ravel()
        parts = np.array_split(noise.permutation(inner), 7)
        if key == "nt":  # one shape, one compilation
            size = min(len(p) for p in parts)
            parts = [p[:size] for p in parts]
        for part in parts[:2] if key == "rnafm" else parts:
            part = np.sort(part)
            labels = tokens.ravel()[part]
            total += network.loss(family.corrupt(tokens, noise, part, always=True)[0], part, labels) * part.size
            total_801010 += network.loss(family.corrupt(tokens, noise, part)[0], part, labels) * part.size
            count += part.size
            np.add.at(seen, labels, 1)
    share = seen[seen > 0] / seen.sum()
    return {"held_out_loss": total / count, "held_out_loss_80_10_10": total_801010 / count,
            "masked_tokens": int(count),
            "unigram_entropy": float(-(share * np.log(share)).sum()),
            "unigram_loss_by_training_frequencies": float(-(seen * np.log(frequencies)).sum() / seen.sum())}


# ---------------------------------------------------------------- linear probes


def embedding(network, family, text):
    """Mean of the last hidden states over the tokens that are not special."""
    tokens = family.encode(text)
    states = network.hidden(tokens)[0][-1]
    return states[1:len(tokens) - family.eos].mean(axis=0).astype(np.float64)


def folds(groups, seed, count=5):
    names = sorted(set(groups))
    random.Random(seed).shuffle(names)
    place = {name: i % count for i, name in enumerate(names)}
    return np.array([place[g] for g in groups])


def ridge(x, y, penalty):
    mean, scale, level = x.mean(axis=0), x.std(axis=0) + 1e-9, y.mean()
    z = (x - mean) / scale
    weights = np.linalg.solve(z.T @ z + penalty * len(z) * np.eye(z.shape[1]), z.T @ (y - level))
    return lambda new: (new - mean) / scale @ weights + level


def out_of_fold(x, y, groups, seed):
    """Predictions for every row by a ridge that has not seen its group; the penalty is chosen the same way inside."""
    outer, predicted = folds(groups, seed), np.zeros(len(y))
    for fold in range(5):
        train_rows = outer != fold
        xs, ys = x[train_rows], y[train_rows]
        inner = folds([g for g, t in zip(groups, train_rows) if t], seed + 100)
        best = min((1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0), key=lambda penalty: sum(
            float(((ridge(xs[inner != k], ys[inner != k], penalty)(xs[inner == k]) - ys[inner == k]) ** 2).sum())
            for k in range(5)))
        predicted[~train_rows] = ridge(xs, ys, best)(x[~train_rows])
    return predicted


def spearman(a, b):
    from scipy.stats import spearmanr

    return float(spearmanr(a, b).statistic)


def roc_area(scores, positive):
    from scipy.stats import rankdata

    ranks, n = rankdata(scores), int(positive.sum())
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * (len(scores) - n)))


WINDOW = 150


def probe(key, fasta, icodon, source, threads):
    """Questions for a ridge over mean embeddings, five folds by gene, for the trained weights and for three
    untrained networks of the same shape and start:
    decay: the measured mRNA decay of the iCodon sample, from the first 100 codons (Spearman);
    frame: does a window of a held-out yeast gene start at a codon's first base or at its second (area under ROC)?
    order: is a window real, or are its codons in random order? The composition is the same (area under ROC)."""
    family, rng = Family(key), random.Random(SEED)
    measured, frame, order = [], [], []
    with open(icodon) as lines:
        for row in csv.DictReader(lines):
            s = row["sequence"].upper()
            if set(s) <= set("ACGT") and len(s) % 3 == 0 and len(s) > 300 and s.startswith("ATG") and row["label"]:
                measured.append((s[:300], float(row["label"]), row["id"]))
    for name, s in read_fasta(fasta):
        if not held_out(name) or set(s) - set("ACGT"):
            continue
        for start in range(3, min(len(s) - WINDOW - 6, 8 * WINDOW), WINDOW):
            window = s[start:start + WINDOW]
            codons = [window[i:i + 3] for i in range(0, WINDOW, 3)]
            rng.shuffle(codons)
            order += [(window, 1.0, name), ("".join(codons), -1.0, name)]
            frame += [(window, 1.0, name), (s[start + 1:start + 1 + WINDOW], -1.0, name)]
    questions = {"decay": (measured, spearman), "order": (order, lambda p, y: roc_area(p, y > 0))}
    if key != "esm2":  # a protein read in another frame gives itself away by its stops
        questions["frame"] = (frame, lambda p, y: roc_area(p, y > 0))
    result = {q: {"rows": len(r[0])} for q, r in questions.items()}
    for seed in (None, 1, 2, 3):
        network = model(key, source, seed=seed or SEED, threads=threads)
        if seed is None:
            network.load(HERE / FAMILIES[key])
        known = {}
        for question, (rows, score) in questions.items():
            for s, _, _ in rows:
                if s not in known:
                    known[s] = embedding(network, family, family.text(s))
            x, y, genes = np.array([known[r[0]] for r in rows]), np.array([r[1] for r in rows]), [r[2] for r in rows]
            scores = [score(out_of_fold(x, y, genes, split), y) for split in range(3)]
            who = "trained" if seed is None else f"untrained {seed}"
            result[question][who] = round(float(np.mean(scores)), 4)
            result[question][who + ", sd over splits"] = round(float(np.std(scores)), 4)
            print(key, question, who, result[question][who], flush=True)
        write_json(HERE / FAMILIES[key] / "probe.json", result)


# ---------------------------------------------------------------- agreement with the published checkpoints


def check():
    """Every tensor name, shape and type and every config key as published-names.json lists them, but of the other
    untrained checkpoints, which depart from them on purpose."""
    from safetensors import safe_open

    wrong = []
    published = json.loads((HERE / "published-names.json").read_text())
    for key, folder in {**FAMILIES, "rnafm-original": "rna-fm-original"}.items():
        listed, config = published[key], json.loads((HERE / folder / "config.json").read_text())
        expected = {}
        for entry in listed["tensors"]:
            layers = range(config["num_hidden_layers"]) if "{layer}" in entry["name"] else [0]
            for layer in layers:
                expected[entry["name"].replace("{layer}", str(layer))] = (
                    [d if isinstance(d, int) else int(eval(d, {"__builtins__": {}}, config)) for d in entry["shape"]],
                    entry.get("dtype", "F32"))
        found = {}
        with safe_open(HERE / folder / "model.safetensors", "np") as file:
            for name in file.keys():
                found[name] = (file.get_slice(name).get_shape(), file.get_slice(name).get_dtype())
        for name in sorted(set(expected) | set(found)):
            if expected.get(name) != found.get(name):
                wrong.append(f"{folder} {name}: published {expected.get(name)}, here {found.get(name)}")
        keys = set(listed["config"])
        for name in sorted(keys ^ set(config)):
            wrong.append(f"{folder}/config.json {name}: {'missing' if name in keys else 'not published'}")
        for name in sorted(keys & set(config)):
            if listed["config"][name] != config[name] and name not in listed["differs"]:
                wrong.append(f"{folder}/config.json {name}: published {listed['config'][name]}, here {config[name]}")
        size = (HERE / folder / "model.safetensors").stat().st_size
        if size > 3_000_000:
            wrong.append(f"{folder}: {size} bytes")
        print(f"{folder}: {len(found)} tensors, {sum(int(np.prod(s)) for s, t in found.values() if t == 'F32')} "
              f"parameters, {size} bytes")
    if wrong:
        raise SystemExit("\n".join(wrong))
    print("all as published")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("train", "evaluate", "probe", "check"):
        one = verbs.add_parser(verb)
        if verb != "check":
            one.add_argument("family", choices=FAMILIES)
            one.add_argument("--fasta", required=True)
            one.add_argument("--nt-source")
            one.add_argument("--threads", type=int, default=1)
        if verb == "train":
            one.add_argument("--steps", type=int)
            one.add_argument("--rate", type=float)
            one.add_argument("--out", type=Path)
        if verb == "probe":
            one.add_argument("--icodon", required=True)
    given = parser.parse_args()
    if given.verb == "train":
        steps, rate = DEFAULTS[given.family]
        train(given.family, given.fasta, given.nt_source, given.steps or steps, given.rate or rate, given.threads,
                  given.out or HERE / FAMILIES[given.family])
    elif given.verb == "evaluate":
        evaluate_saved(given.family, given.fasta, given.nt_source, given.threads)
    elif given.verb == "probe":
        probe(given.family, given.fasta, given.icodon, given.nt_source, given.threads)
    else:
        check()


DEFAULTS = {"nt": (1100, 3e-3), "rnafm": (900, 2e-3), "esm2": (1000, 2e-3)}  # steps, peak learning rate

if __name__ == "__main__":
    main()
