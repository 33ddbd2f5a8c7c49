#!/usr/bin/env python3
"""Writes token-digests.json: what the original tokenizers make of 10,000 generated texts each, as one SHA-256.

    python make_token_digests.py --nt-source CLONE --fm-source CLONE

The texts are not stored. Text number n is drawn by SplitMix64 (Steele, Lea and Flood 2014, OOPSLA) that starts at
n: a number below k is the upper 31 bits of an output modulo k; the first gives the length less one, below 1022, and
each further one a letter of letters[n % 4]. TokenDigestTest draws the same texts. The digest goes over every text's
count of tokens and the tokens' numbers, special ones included, as 32-bit little-endian integers.

Texts with n % 4 = 3 mix cases, and U with T. Codonloom reads them as they are. So does multimolecule; the other
originals take upper case of their own alphabet only and are given the text put into it.
"""
import argparse
import hashlib
import json
import struct

from make_golden import Fixture, HERE

COUNT, LONGEST, EXAMPLES = 10_000, 1022, 12
MASK = 2 ** 64 - 1
TOKENIZERS = {  # folder, letters, what its texts go through first
    "nt-v2-tiny": (["ACGT", "ACGTACGTACGTACGTACGTACGTN", "ACGTN", "ACGTacgtUuNn"],
                   lambda s: s.upper().replace("U", "T")),
    "rna-fm-tiny": (["ACGU", "ACGUACGUACGUN", "ACGUNRYSWKMBDHVIX|.*-?", "ACGUTacgutNnRrYyXx"], lambda s: s),
    "rna-fm-original": (["ACGU", "ACGUACGUACGUN", "ACGURYKMSWBDHVN-", "ACGUTacgutNnRrYyKk"],
                        lambda s: s.upper().replace("T", "U")),
    "esm2-tiny": (["ACDEFGHIKLMNPQRSTVWY", "ACDEFGHIKLMNPQRSTVWYX", "LAGVSERTIDPKQNFYMHWCXBUZO.-",
                   "ACDEFGHIKLMNPQRSTVWYXacdefghiklmnpqrstvwyxuzbo"], str.upper)}


def text(number, letters):
    state = number

    def below(bound):
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) >> 33) % bound

    length = 1 + below(LONGEST)
    alphabet = letters[number % len(letters)]
    return "".join(alphabet[below(len(alphabet))] for _ in range(length))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nt-source", required=True)
    parser.add_argument("--fm-source", required=True)
    given = parser.parse_args()
    lines = []
    for name, (letters, prepare) in TOKENIZERS.items():
        encode = Fixture(name, given.nt_source, given.fm_source).tokenizer()
        digest, examples, tokens = hashlib.sha256(), [], 0
        for number in range(COUNT):
            one = text(number, letters)
            ids = [int(i) for i in encode(prepare(one))]
            digest.update(struct.pack(f"<{len(ids) + 1}i", len(ids), *ids))
            tokens += len(ids)
            if len(one) <= 40 and len(examples) < EXAMPLES:
                examples.append({"number": number, "text": one, "token_ids": ids})
        lines.append({"checkpoint": name, "letters": letters, "tokens": tokens, "sha256": digest.hexdigest(),
                      "examples": examples})
        print(name, tokens, "tokens", digest.hexdigest(), flush=True)
    entries = ",\n".join(json.dumps(line) for line in lines)
    (HERE / "token-digests.json").write_text(f'{{"texts": {COUNT}, "tokenizers": [\n{entries}\n]}}\n')


if __name__ == "__main__":
    main()
