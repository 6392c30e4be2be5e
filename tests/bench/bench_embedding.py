"""How fast texts become vectors, and what faster ways cost: `python -m tests.bench.bench_embedding`.

Encodes issue lines with planted topics in several ways, one process, all processors. Quality is the adjusted
Rand index of k-means with the true number of topics over the lines that have one, the mean of five seeds;
beside it the same for the bundled sample and its categories, which is small: 60 pairs. Maps use rounded
weights (`locate_encoder(quick=True)`): exits with status 1 where these do not keep 0.95 of the full encoder's
index, or are no faster. The indices of all but equal vectors differ by some hundredths by chance: look at
several draws of lines (`--seed`).

`--large` encodes 114,745 lines through the store instead, then reads them from it, and encodes them by the
fallback, each in a process of its own: exits with status 1 where one needs 2 GB or more.
"""

from __future__ import annotations

import argparse
import copy
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.planted_topics import NO_TOPIC, planted_topics
from tests.bench.processes import measure
from valbench_core.embedding import VectorStore, WordEncoder, find_encoder, locate_encoder
from valbench_core.embedding.words import find_words
from valbench_core.pairs import SAMPLE, Source, open_source

WHOLE = 114_745
PIECE = 500
"""Lines that are encoded, and timed, at once: about as many as the store asks for."""
PEAK_MB = 2_000
KEPT = 0.95
SEEDS = 5
STATIC_DIMENSIONS = 256
COMMON = 1e-4
"""Words of the static encoder count a / (a + share of all words)."""

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Way:
    """One way of encoding."""

    name: str
    encode: Encode
    together: bool = False
    """Whether vectors of two calls cannot be compared."""


@dataclass(frozen=True)
class Measured:
    """What one way gave."""

    name: str
    rate: float
    """Texts a second, in the fastest piece: what else the machine does then counts least."""
    index: float
    """Adjusted Rand index on planted topics."""
    on_sample: float
    """The same on the bundled sample and its categories."""
    vectors: Vectors


@dataclass(frozen=True)
class Labelled:
    """Texts and what groups of them are held against."""

    texts: list[str]
    labels: NDArray[np.int64]


def main() -> int:
    """Compare the ways, or encode as many lines as the benchmark has."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--through-store", nargs=2, metavar=("FOLDER", "ENCODER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if given.through_store:
        return through_store(Path(given.through_store[0]), given.through_store[1], given.lines)
    return large() if given.large else compare(given.lines, given.seed)


def compare(lines: int, seed: int) -> int:
    """Print speed and quality of each way; say whether the one in use is fast and keeps enough."""
    planted, categories = with_topics(lines, seed), with_categories()
    warnings.simplefilter("ignore")
    print(f"{lines:,} lines".ljust(48) + "texts/s   index  ratio  sample  cosine to the first")
    found: list[Measured] = []
    for way in ways():
        found.append(measured(way, planted, categories))
        print(line(found[-1], found[0]), flush=True)
    full, used = found[0], found[-1]
    return int(used.index < KEPT * full.index or used.rate < full.rate)


def measured(way: Way, planted: Labelled, categories: Labelled) -> Measured:
    """Encode in one way, and find groups."""
    size = len(planted.texts) if way.together else min(PIECE, len(planted.texts))
    way.encode(planted.texts[:64])  # what is set up once is not counted
    pieces, rate = [], 0.0
    for start in range(0, len(planted.texts), size):
        some = planted.texts[start : start + size]
        started = time.perf_counter()
        pieces.append(way.encode(some))
        rate = max(rate, len(some) / (time.perf_counter() - started))
    vectors = np.concatenate(pieces)
    on_sample = index(way.encode(categories.texts), categories.labels)
    return Measured(way.name, rate, index(vectors, planted.labels), on_sample, vectors)


def line(found: Measured, first: Measured) -> str:
    """Return a line of the table."""
    same = found.vectors.shape == first.vectors.shape
    cosine = f"{(found.vectors * first.vectors).sum(1).mean():.4f}" if same else "–"
    return (
        f"{found.name:44}{found.rate:11,.0f}   {found.index:.3f}  {found.index / first.index:5.2f}  "
        f"{found.on_sample:6.2f}  {cosine}"
    )


def with_topics(lines: int, seed: int) -> Labelled:
    """Return lines and their topics."""
    planted = planted_topics(lines, seed=seed)
    return Labelled(planted.texts, np.array(planted.topics))


def with_categories() -> Labelled:
    """Return the issues of the bundled sample and their categories."""
    pairs = list(open_source(Source(SAMPLE)))
    _, codes = np.unique([pair.category for pair in pairs], return_inverse=True)
    return Labelled([pair.issue_description for pair in pairs], codes)


def index(vectors: Vectors, labels: NDArray[np.int64]) -> float:
    """Return the mean adjusted Rand index of groups found by k-means, over the rows that have a label."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    rows, truth = vectors[labels != NO_TOPIC], labels[labels != NO_TOPIC]
    groups = len(np.unique(truth))
    found = (KMeans(groups, n_init=4, random_state=seed).fit_predict(rows) for seed in range(SEEDS))
    return float(np.mean([adjusted_rand_score(truth, codes) for codes in found]))


def ways() -> Iterator[Way]:
    """Yield the full encoder first, the one that maps use last."""
    full = find_encoder()
    model: Any = full._model  # type: ignore[attr-defined]
    yield Way("full encoder, 64 texts at once", by_sentence_transformers(model, 64))
    yield Way("full encoder, 128 texts at once", by_sentence_transformers(model, 128))
    yield Way("full encoder, 32 texts at once (find_encoder)", full.encode)
    yield Way("full encoder, by number of tokens, own loop", by_own_loop(model, 32))
    yield Way("weights in bfloat16", by_sentence_transformers(copy.deepcopy(model).bfloat16(), 32))
    yield Way("quantize_dynamic to 8 bits", by_sentence_transformers(quantised(model), 32))
    yield Way("static: a vector a token, distilled", distilled(full.encode, model.tokenizer))
    yield Way("fallback: words in common", WordEncoder("this bench measures it").encode, together=True)
    yield Way("rounded weights (locate_encoder, quick)", locate_encoder(quick=True).load().encode)


def by_sentence_transformers(model: Any, batch: int) -> Encode:
    """Encode as the library does, which puts texts of like length together."""

    def encode(texts: Sequence[str]) -> Vectors:
        found = model.encode(
            list(texts),
            batch_size=batch,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_tensor=True,
        )
        return np.asarray(found.float().numpy())

    return encode


def quantised(model: Any) -> Any:
    """Return a copy of a model whose linear layers PyTorch rounds to 8 bits."""
    import torch
    from torch.ao.quantization import quantize_dynamic

    return quantize_dynamic(copy.deepcopy(model), {torch.nn.Linear}, dtype=torch.qint8)


def by_own_loop(model: Any, batch: int) -> Encode:
    """Encode texts with as many tokens together, and without what the library does besides."""
    import torch

    def encode(texts: Sequence[str]) -> Vectors:
        tokens = model.tokenizer(list(texts), truncation=True, max_length=256)["input_ids"]
        order = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
        rows = np.empty((len(texts), 384), np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), batch):
                some = order[start : start + batch]
                rows[some] = pooled(model, model.tokenizer.pad({"input_ids": [tokens[row] for row in some]}))
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    return encode


def pooled(model: Any, batch: Any) -> Vectors:
    """Return the mean over the tokens of each text."""
    import torch

    given = {name: torch.tensor(values) for name, values in batch.items()}
    mask = given["attention_mask"].unsqueeze(-1).float()
    hidden = model[0].model(**given).last_hidden_state
    return np.asarray(((hidden * mask).sum(1) / mask.sum(1)).numpy())


def distilled(encode: Encode, tokenizer: Any) -> Encode:
    """Return an encoder that adds up one vector a token, learnt from a full one's of single tokens."""
    from scipy.sparse import csr_matrix

    tokens = tokenizer.convert_ids_to_tokens(range(tokenizer.vocab_size))
    started = time.perf_counter()
    table = encode([token.removeprefix("##") for token in tokens])
    table -= table.mean(0)
    table = table @ np.linalg.svd(table, full_matrices=False)[2][:STATIC_DIMENSIONS].T
    # The vocabulary is roughly in order of frequency, which then falls as 1 / rank.
    shares = 1 / np.arange(1, len(tokens) + 1)
    table *= (COMMON / (COMMON + shares / shares.sum()))[:, np.newaxis]
    print(f"(the table of the static encoder, once: {time.perf_counter() - started:.0f} s)")

    def encode_by_table(texts: Sequence[str]) -> Vectors:
        found = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
        ends = np.cumsum([0, *map(len, found)])
        counts = csr_matrix(
            (np.ones(ends[-1], np.float32), np.concatenate(found), ends), (len(texts), len(tokens))
        )
        rows = np.asarray(counts @ table, np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    return encode_by_table


def large() -> int:
    """Encode and read as many lines as the benchmark has, and print what each process took."""
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        print(f"{WHOLE:,} lines{'':30}seconds   CPU s   peak MB")
        for name, encoder in (("encoded and kept", "quick"), ("read", "quick"), ("fallback", "words")):
            took = measure("-m", __spec__.name, "--lines", str(WHOLE), "--through-store", folder, encoder)
            peaks.append(took.peak_mb)
            print(f"{name:43}{took.wall:7.1f} {took.cpu:7.1f} {took.peak_mb:9.0f}", flush=True)
    return int(max(peaks) > PEAK_MB)


def through_store(folder: Path, encoder: str, lines: int) -> int:
    """Be one of those processes."""
    texts = planted_topics(lines).texts
    found = locate_encoder(quick=True) if encoder == "quick" else find_words("this bench measures it")
    started = time.perf_counter()
    rows = VectorStore(folder).vectors(found, texts)
    print(f"{rows.shape} in {time.perf_counter() - started:.1f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
