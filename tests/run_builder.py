"""Small runs for tests of the screens: full, partial, all failed, answers only; texts that try to be code."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from itertools import cycle, islice
from pathlib import Path
from typing import Literal

from valbench_core.inference import ModelSettings
from valbench_core.judging import Judged
from valbench_core.plan import Judging
from valbench_core.runs import Judgement, JudgementSpec, Label, RunFile, VerdictRow, Workspace
from valbench_core.schema import (
    CATEGORIES,
    SIDES,
    Completion,
    Failure,
    Pair,
    ProtocolName,
    Response,
    Side,
    Unjudged,
    Usage,
    Verdict,
)

RunShape = Literal["full", "partial", "failed", "answers"]
"""All of it; stopped half way; every answer failed; answers without any judgement."""

MODEL = "org/<b>model</b>"
JUDGE = "judge"
HOSTILE = (
    "<script>document.title='taken'</script> ![picture](http://127.0.0.1:9/picture.png) "
    "[link](http://127.0.0.1:9/) **bold** $x^2$ :red[colour] # heading"
)
"""Text of models that must be shown as it is."""

SPECIAL = 4
"""Of a full run, the first pairs: blocked, timed out, unjudged, truncated; the others are judged in turn."""

_VERDICTS = (
    Verdict(-2, value_preference=False),
    Verdict(2, value_preference=True),
    Verdict(-1, value_preference=False),
    Verdict(1, for_refusal=True, value_preference=True),
    Verdict(2, for_refusal=True, against_refusal=True, value_preference=False),
    Verdict(0, for_no_information=True, value_preference=False),
    Verdict(0, value_preference=False),
    Verdict(1, value_preference=False),
)
"""One of each outcome at least."""


def make_pair(number: int) -> Pair:
    """Return a pair; three in a row share an article, and categories come in turn."""
    return Pair(
        id=f"pair-{number}",
        for_question=f"Explain why rule {number} should stand.",
        against_question=f"Explain why rule {number} should fall.",
        issue_description=f"Whether rule {number} should stand {HOSTILE if number == 0 else ''}".strip(),
        category=CATEGORIES[number % 5],
        issue_scale=number % 5 + 1,
        article_title=f"Article {number // 3}",
        url=f"https://en.wikipedia.org/wiki/Article_{number // 3}#Criticism",
        section_title="Criticism",
        section_text="A section.",
        extra={"source": "tests"},
    )


def make_answer(pair: Pair, side: Side, finish_reason: str = "stop") -> Response:
    """Return an answer of some words and of markup."""
    text = f"On {pair.issue_description} I hold, on the {side} side, what I hold. {HOSTILE}"
    usage = Usage(input_tokens=90, output_tokens=120)
    return Response(pair.id, side, Completion(text, "Some thought.", finish_reason, model=MODEL, usage=usage))


def make_verdict(number: int, protocol: ProtocolName) -> Verdict:
    """Return the verdict whose turn it is."""
    verdict = next(islice(cycle(_VERDICTS), number, None))
    texts = {
        "central_issue": "Whether the rule should stand.",
        "for_positions": f"It should. {HOSTILE}",
        "against_positions": "It should not.",
        "points_of_alignment": "Both see a rule.",
        "points_of_opposition": "The rule.",
    }
    flags = {name: getattr(verdict, name) for name in _FLAGS}
    value_preference = None if protocol == "v1" else verdict.value_preference
    return Verdict(verdict.score, **flags, value_preference=value_preference, **texts)


_FLAGS = ("for_refusal", "against_refusal", "for_no_information", "against_no_information")


def build_run(
    workspace: Workspace,
    name: str,
    shape: RunShape = "full",
    *,
    n: int = 24,
    protocol: ProtocolName = "v3",
    shift: int = 0,
) -> Path:
    """Make a run of n pairs, in the workspace, and return its file.

    Two runs differ in `shift`: each pair gets the verdict that is another run's for so many pairs further.
    """
    pairs = [make_pair(number) for number in range(n)]
    with closing(_create(workspace, name, pairs, shape)) as run:
        judgement = None if shape == "answers" else run.add_judgement(_spec(protocol))
        responses = [
            response for number, pair in enumerate(pairs) for response in _responses(shape, number, pair, n)
        ]
        verdicts = _verdicts(shape, responses, protocol, shift) if judgement else []
        run.write(responses, verdicts, judgement)
        if shape == "partial":
            run.record_stop("the daily quota is used up")
        if shape == "full":
            run.add_label(
                Label(pairs[-1].id, "a reader", make_verdict(n - 1, protocol), protocol, note="Agreed.")
            )
    return workspace.path_of(name)


def add_judgement(path: Path, judge: str, protocol: ProtocolName) -> Judgement:
    """Give a full run another judgement, without verdicts."""
    with closing(RunFile.open(path)) as run:
        return run.add_judgement(JudgementSpec(judge, protocol))


def _create(workspace: Workspace, name: str, pairs: list[Pair], shape: RunShape) -> RunFile:
    manifest = {
        "software": {"name": "VAL-Bench Explorer", "version": "0"},
        "source": {
            "spec": "pairs.jsonl",
            "kind": "file",
            "split": None,
            "n": len(pairs),
            "fingerprint": "f" * 64,
        },
        "subset": {
            "where": [],
            "sample": len(pairs),
            "seed": 7,
            "stratify": None,
            "equal": False,
            "limit": None,
        },
        "matching": len(pairs),
        "notes": [f"A note with markup: {HOSTILE}"],
        "answering": {
            "model": MODEL,
            "settings": ModelSettings(MODEL, "https://example.org/v1", temperature=0.1, top_p=0.9).as_dict(),
            "system_prompt": "Answer honestly.",
            "price": {"input": 1.0, "output": 2.0, "source": "given"},
            "key_env": "EXAMPLE_API_KEY",
            "template": "",
        },
        "judging": None if shape == "answers" else asdict(Judging(JUDGE, protocol="v3")),
    }
    return RunFile.create(workspace.path_of(name), manifest, pairs, model=MODEL)


def _spec(protocol: ProtocolName) -> JudgementSpec:
    sampling = {"temperature": 0.05, "top_p": 0.9, "max_tokens": 2048}
    return JudgementSpec(
        JUDGE, protocol, "https://example.org/v1", {"user": "Judge."}, "a" * 64, sampling, made_by_run=True
    )


def _responses(shape: RunShape, number: int, pair: Pair, n: int) -> list[Response]:
    if shape == "partial" and number >= n // 2:
        return []
    if shape == "failed":
        return [Response(pair.id, side, Failure("rejected", f"404: no model {HOSTILE}")) for side in SIDES]
    if shape == "full" and number < 2:
        failure = (Failure("blocked", "the content filter"), Failure("timeout", "no answer in 600 s"))[number]
        return [make_answer(pair, "for"), Response(pair.id, "against", failure)]
    cut_off = "length" if shape == "full" and number == SPECIAL - 1 else "stop"
    return [make_answer(pair, "for", cut_off), make_answer(pair, "against")]


def _verdicts(
    shape: RunShape, responses: list[Response], protocol: ProtocolName, shift: int
) -> list[VerdictRow]:
    """Judge the pairs whose sides both answered; of a full run one answer of the judge is no verdict."""
    rows = []
    for on_for, on_against in zip(responses[::2], responses[1::2], strict=True):
        if isinstance(on_for.result, Failure) or isinstance(on_against.result, Failure):
            continue
        number = int(on_for.pair_id.removeprefix("pair-"))
        unjudged = shape == "full" and number == 2
        verdict = make_verdict(number + shift, protocol)
        what = Unjudged("the answer is no JSON", HOSTILE) if unjudged else verdict
        judged = Judged(what, raw="{}", usage=Usage(600, 150), model=JUDGE)
        rows.append(VerdictRow(on_for.pair_id, judged, on_for.text_hash, on_against.text_hash))
    return rows
