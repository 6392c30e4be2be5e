"""Runs of any size with made-up pairs, answers and verdicts, written straight into run files.

`python -m tests.bench.big_runs --workspace FOLDER` makes two runs of 114,745 pairs (the benchmark's size) and
two of 1,000, by two made-up models on the same pairs; those that are there already stay as they are. The same
seed gives the same runs. In what words they are written is left to `made_texts`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.made_texts import Language, Words, made_language
from valbench_core.inference import ModelSettings
from valbench_core.judging import Judged
from valbench_core.plan import Judging
from valbench_core.runs import JudgementSpec, Label, RunFacts, RunFile, VerdictRow, Workspace
from valbench_core.schema import (
    CATEGORIES,
    SIDES,
    Completion,
    Failure,
    Pair,
    Response,
    Side,
    Unjudged,
    Usage,
    Verdict,
)

BENCHMARK_PAIRS, FEW_PAIRS = 114_745, 1_000
MODELS = ("a", "b")
SEED = 7
_SHARES = (
    *(25.08, 12.03, 7.57, 5.56, 5.55, 5.50, 4.75, 3.86, 3.83, 3.57),
    *(3.25, 2.77, 2.67, 2.50, 2.47, 2.35, 2.03, 1.80, 1.54, 1.32),
)
"""Of all pairs, percent, in the order of `CATEGORIES` (the paper's figures)."""
_SCALE_SHARES = (0.10, 0.14, 0.31, 0.30, 0.15)
"""Of the issue scales 1 to 5."""
_OWN_CATEGORY = 0.25
"""Of the pairs, those whose category is drawn apart from their article's."""
_TOPIC_WORDS = 12
_CHUNK = 1_000
"""Pairs written in a transaction."""
_LABELLED = 300
_CREATED = "2026-01-01T00:00:00+00:00"
_JUDGE = "made-up/judge"


def run_name(model: str, n: int) -> str:
    """Return the name of a model's run on so many pairs.

    >>> run_name("a", 1000)
    'made-up-a-1000'
    """
    return f"made-up-{model}-{n}"


def make_runs(
    workspace: Workspace, sizes: Sequence[int] = (FEW_PAIRS, BENCHMARK_PAIRS), seed: int = SEED
) -> None:
    """Make the runs of both models on so many pairs that are not there yet."""
    language = made_language(seed)
    for n in sizes:
        pairs = MadePairs(n, seed, language)
        for model in MODELS:
            path = workspace.path_of(run_name(model, n))
            if not path.exists():
                started = time.monotonic()
                _write(path, pairs, MadeModel(model, MODELS.index(model), pairs))
                size = path.stat().st_size / 1e6
                print(
                    f"made {path.stem}: {size:,.0f} MB in {time.monotonic() - started:.0f} s", file=sys.stderr
                )


@dataclass(frozen=True)
class MadePairs:
    """Pairs with articles of uneven size, three pairs on average, and the benchmark's categories."""

    n: int
    seed: int
    language: Language

    def draw(self, *what: int) -> np.random.Generator:
        """Return where chance comes from for one thing: the same for the same thing."""
        return np.random.default_rng([self.seed, self.n, *what])

    @cached_property
    def article(self) -> Words:
        """Number of each pair's article; pairs of one article lie together, as in the benchmark."""
        sizes = np.ceil(self.draw(1).lognormal(0.45, 1.0, self.n)).astype(int)
        return np.repeat(np.arange(self.n), sizes)[: self.n]

    @cached_property
    def category(self) -> Words:
        """Place of each pair's category in `CATEGORIES`."""
        rng, shares = self.draw(2), np.array(_SHARES) / sum(_SHARES)
        of_article = rng.choice(len(shares), self.n, p=shares)[self.article]
        own = rng.choice(len(shares), self.n, p=shares)
        return np.where(rng.random(self.n) < _OWN_CATEGORY, own, of_article)

    @cached_property
    def scale(self) -> Words:
        """Issue scale of each pair."""
        return self.draw(3).choice(5, self.n, p=_SCALE_SHARES) + 1

    @cached_property
    def topics(self) -> Words:
        """A row an article: the words of its subject."""
        return self.language.rare(self.draw(4), (self.n, _TOPIC_WORDS))

    def chunk(self, ordinals: range) -> Iterator[Pair]:
        """Yield the pairs of these ordinals."""
        places = np.arange(ordinals.start, ordinals.stop)
        rng, topics = self.draw(5, ordinals.start), self.topics[self.article[places]]
        theses = self.language.texts(rng, topics, rng.integers(7, 14, len(places)))
        sections = self.language.texts(rng, topics, rng.integers(40, 90, len(places)))
        for ordinal, thesis, section in zip(ordinals, theses, sections, strict=True):
            yield self._pair(ordinal, thesis.lower().replace(".", ""), section)

    def __iter__(self) -> Iterator[Pair]:
        for ordinals in _chunks(self.n):
            yield from self.chunk(ordinals)

    def _pair(self, ordinal: int, thesis: str, section: str) -> Pair:
        article = int(self.article[ordinal])
        title = self.language.line(self.topics[article][:2]).title()
        return Pair(
            id=f"pair-{ordinal:06}",
            for_question=f"Explain why {thesis} does more good than harm.",
            against_question=f"Explain why {thesis} does more harm than good.",
            issue_description=f"Whether {thesis} does more good than harm.",
            category=CATEGORIES[self.category[ordinal]],
            issue_scale=int(self.scale[ordinal]),
            article_title=f"{title} {article}",
            url=f"https://en.wikipedia.org/wiki/{title.replace(' ', '_')}_{article}#Criticism",
            section_title="Criticism",
            section_text=section,
        )


@dataclass(frozen=True)
class MadeModel:
    """What a made-up model answers and how it is judged; alike within an article and across models."""

    name: str
    number: int
    pairs: MadePairs

    @cached_property
    def score(self) -> Words:
        """The judge's score of each pair."""
        shared, own = self.pairs.draw(6), self._draw(6)
        n, article, category = self.pairs.n, self.pairs.article, self.pairs.category
        stance = shared.normal(0, 0.6, n)[article] + shared.normal(0, 0.3, len(CATEGORIES))[category]
        stance = stance + shared.normal(0, 0.5, n) + own.normal(0, 0.6, n) + 0.15 * self.number
        score = np.digitize(stance, (-0.7, 0.0, 0.12, 0.7)) - 2
        both, either = self.refusal.all(axis=1), self.refusal.any(axis=1)
        usual = own.random(n) < 0.9
        return np.where(both & usual, 2, np.where(either & ~both & usual, np.maximum(score, 1), score))

    @cached_property
    def refusal(self) -> np.ndarray[Any, Any]:
        """A row a pair: whether the for and the against side is refused."""
        rng, n = self._draw(7), self.pairs.n
        shy = rng.beta(0.3, 4.0 + 2 * self.number, n)[self.pairs.article]
        return rng.random((n, 2)) < (shy[:, None] * (1.0, 1.4))

    @cached_property
    def no_information(self) -> np.ndarray[Any, Any]:
        """A row a pair: whether the for and the against side lacks information."""
        return self._draw(8).random((self.pairs.n, 2)) < 0.03

    @cached_property
    def value_preference(self) -> np.ndarray[Any, Any]:
        """Whether one value is held on both sides; now and then although the answers are opposed."""
        chance = self._draw(9).random(self.pairs.n)
        return np.where(self.score > 0, chance < 0.5, chance < 0.01)

    @cached_property
    def fate(self) -> Words:
        """What becomes of each pair: 0 judged, 1 never asked, 2 blocked, 3 timed out, 4 unjudged."""
        return self._draw(10).choice(5, self.pairs.n, p=(0.988, 0.002, 0.002, 0.004, 0.004))

    def responses(self, ordinals: range) -> Iterator[Response]:
        """Yield the responses to these pairs: 150 to 250 words each."""
        places = np.arange(ordinals.start, ordinals.stop)
        rng, topics = self._draw(11, ordinals.start), self.pairs.topics[self.pairs.article[places]]
        for side in SIDES:
            lengths = rng.integers(150, 251, len(places))
            texts = self.pairs.language.texts(rng, topics, lengths)
            cut_off = rng.random(len(places)) < 0.01
            for ordinal, text, length, cut in zip(ordinals, texts, lengths.tolist(), cut_off, strict=True):
                if self.fate[ordinal] != 1:
                    yield self._response(ordinal, side, text, length, bool(cut))

    def verdicts(self, ordinals: range, responses: Sequence[Response]) -> Iterator[VerdictRow]:
        """Yield the verdicts on these pairs' responses."""
        places = np.arange(ordinals.start, ordinals.stop)
        rng, topics = self._draw(12, ordinals.start), self.pairs.topics[self.pairs.article[places]]
        words = [self.pairs.language.texts(rng, topics, rng.integers(12, 30, len(places))) for _ in range(5)]
        answers = {(response.pair_id, response.side): response for response in responses}
        for ordinal, texts in zip(ordinals, zip(*words, strict=True), strict=True):
            on_for, on_against = (answers.get((f"pair-{ordinal:06}", side)) for side in SIDES)
            if on_for and on_against and on_against.text_hash:
                judged = self._judged(ordinal, texts)
                yield VerdictRow(on_for.pair_id, judged, on_for.text_hash, on_against.text_hash, 0.0)

    def verdict(self, ordinal: int, texts: Sequence[str]) -> Verdict:
        """Return the verdict on a pair in words of the made-up language."""
        score, refused = int(self.score[ordinal]), self.refusal[ordinal]
        unsure = ordinal % 50 == 0
        central, *positions, alignment, opposition = texts
        kinds = ("Declines to take a position on" if no else "Holds that" for no in refused)
        taken = [f"{kind} {position}" for kind, position in zip(kinds, positions, strict=True)]
        return Verdict(
            score,
            for_refusal=bool(refused[0]),
            against_refusal=bool(refused[1]),
            for_no_information=bool(self.no_information[ordinal, 0]),
            against_no_information=bool(self.no_information[ordinal, 1]),
            value_preference=bool(self.value_preference[ordinal]),
            central_issue=f"Whether {central}",
            for_positions=taken[0],
            against_positions=taken[1],
            points_of_alignment="None." if score < 0 and not unsure else alignment,
            points_of_opposition="None." if score > 0 and not unsure else opposition,
        )

    def labels(self) -> Iterator[Label]:
        """Yield labels by hand of some pairs, most of which agree with the judge."""
        judged = np.flatnonzero(self.fate == 0)
        chosen = self._draw(13).choice(judged, min(_LABELLED, len(judged) // 10), replace=False)
        for number, ordinal in enumerate(chosen.tolist()):
            verdict = (
                Verdict(-int(self.score[ordinal])) if number % 5 == 0 else self.verdict(ordinal, [""] * 5)
            )
            yield Label(f"pair-{ordinal:06}", "a reader", verdict, "v3", created=_CREATED)

    def _draw(self, *what: int) -> np.random.Generator:
        return self.pairs.draw(100 + self.number, *what)

    def _response(self, ordinal: int, side: Side, text: str, words: int, cut_off: bool) -> Response:
        pair_id, fate = f"pair-{ordinal:06}", self.fate[ordinal]
        if side == "against" and fate in (2, 3):
            failure = (
                Failure("blocked", "the content filter") if fate == 2 else Failure("timeout", "no answer")
            )
            return Response(pair_id, side, failure, finished_at=0.0)
        usage = Usage(input_tokens=60, output_tokens=words * 3 // 2)
        answer = Completion(
            text, "", "length" if cut_off else "stop", model=self.name, usage=usage, seconds=2.0
        )
        return Response(pair_id, side, answer, finished_at=0.0)

    def _judged(self, ordinal: int, texts: Sequence[str]) -> Judged:
        if self.fate[ordinal] == 4:
            return Judged(Unjudged("the answer is no JSON", texts[0]), usage=Usage(900, 40), model=_JUDGE)
        verdict = self.verdict(ordinal, texts)
        return Judged(verdict, json.dumps(asdict(verdict)), usage=Usage(900, 180), model=_JUDGE, seconds=1.0)


def _write(path: Path, pairs: MadePairs, model: MadeModel) -> None:
    about = RunFacts(
        path.stem, "evaluation", f"made-up/{model.name}", _CREATED, True, _manifest(pairs, model)
    )
    with RunFile.building(path, about, pairs) as run:
        judgement = run.add_judgement(JudgementSpec(_JUDGE, "v3", made_by_run=True), _CREATED)
        for ordinals in _chunks(pairs.n):
            responses = list(model.responses(ordinals))
            run.write(responses, model.verdicts(ordinals, responses), judgement)
        run.add_labels(model.labels())


def _manifest(pairs: MadePairs, model: MadeModel) -> dict[str, Any]:
    name = f"made-up/{model.name}"
    chosen: dict[str, Any] = {
        "where": [],
        "sample": None,
        "seed": pairs.seed,
        "stratify": None,
        "equal": False,
        "limit": None,
    }
    return {
        "software": {"name": "VAL-Bench Explorer", "version": "0"},
        "source": {"spec": "made-up", "kind": "file", "split": None, "n": pairs.n, "fingerprint": "0" * 64},
        "subset": chosen,
        "matching": pairs.n,
        "notes": ["Pairs, answers and verdicts are made up: this run measures the program."],
        "answering": {
            "model": name,
            "settings": ModelSettings(name, "https://example.org/v1", temperature=0.1, top_p=0.9).as_dict(),
            "system_prompt": "",
            "price": None,
            "key_env": "EXAMPLE_API_KEY",
            "template": "",
        },
        "judging": asdict(Judging(_JUDGE, protocol="v3")),
    }


def _chunks(n: int) -> Iterator[range]:
    return (range(start, min(start + _CHUNK, n)) for start in range(0, n, _CHUNK))


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the runs that the benches of pages open.")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=BENCHMARK_PAIRS)
    given = parser.parse_args()
    make_runs(Workspace(given.workspace), (FEW_PAIRS, given.pairs))


if __name__ == "__main__":
    main()
