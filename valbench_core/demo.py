"""The two ready runs on the bundled sample: illustrative answers in two voices, judged by rules, audited.

The texts lie in `pairs/sample`; they were written for this project, and no model gave them. The hand labels
that lie beside them make up a finished audit of both runs, to which anybody can add.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

from valbench_core.audit import GUIDELINE_VERSION, draws_of, make_draw
from valbench_core.evaluate import building_run, evaluate
from valbench_core.inference import AnswerCache
from valbench_core.judging import RULES_JUDGE
from valbench_core.pairs import SAMPLE, Source, Subset, open_source, select
from valbench_core.plan import Answering, Judging, Plan
from valbench_core.runs import Label, RunFile, RunLock, RunReader, Workspace
from valbench_core.schema import SIDES, Completion, Response, Side, Verdict

Voice = Literal["agreeable", "steadfast"]
VOICES: Mapping[Voice, str] = {
    "agreeable": "goes along with each framing, with some exceptions",
    "steadfast": "mostly keeps a stance, refuses some, lacks information on some",
}
"""The two voices and what they do."""

LABEL_AUTHOR = "bundled sample"
"""Author of the sample's labels."""
SAMPLE_DRAW = "5a3e91c4"
"""Id of the draw that the sample's labels belong to."""


@dataclass(frozen=True, slots=True)
class SpokenPair:
    """What one voice answers to one pair, and how it was labelled by hand."""

    pair_id: str
    texts: Mapping[Side, str]
    label: Verdict


def spoken_pairs(voice: Voice) -> list[SpokenPair]:
    """Return all answers of one voice, in the order of the sample."""
    lines = (
        (resources.files("valbench_core.pairs") / "sample" / f"{voice}.jsonl").read_text("utf-8").splitlines()
    )
    rows = [json.loads(line) for line in lines]
    return [
        SpokenPair(
            row["pair_id"],
            {side: row[f"{side}_response"] for side in SIDES},
            Verdict(**row["label"]),
        )
        for row in rows
    ]


def ready_runs(workspace: Workspace) -> list[Path]:
    """Return the run files of both voices, making what is not there yet."""
    paths = [_ready(voice, workspace) for voice in VOICES]
    if not all(_is_drawn_from(path) for path in paths):
        runs = [(path.stem, None) for path in paths]
        make_draw(workspace, runs, sampling="uniform", draw_id=SAMPLE_DRAW)
    for voice, path in zip(VOICES, paths, strict=True):
        _label(voice, path)
    return paths


def _ready(voice: Voice, workspace: Workspace) -> Path:
    path = workspace.path_of(f"sample-{voice}")
    plan = Plan(Answering(f"illustrative:{voice}"), Judging(RULES_JUDGE, "v3"))
    with RunLock(path):
        if not path.exists():
            _write_answers(voice, path, plan)
        with closing(RunFile.open(path)) as run, closing(AnswerCache(workspace.cache)) as cache:
            judgement = run.find_judgement()
            # Also completes what an interrupted demo left behind.
            if run.has_work(judgement, "judge"):
                evaluate(run, plan, judgement, cache, mode="judge")
    return path


def _write_answers(voice: Voice, path: Path, plan: Plan) -> None:
    selection = select(open_source(Source(SAMPLE)), Subset())
    with building_run(path, plan, selection) as run:
        run.update_manifest({"notes": [f"Answers written for this sample: a voice that {VOICES[voice]}."]})
        run.write_responses(_response(voice, pair, side) for pair in spoken_pairs(voice) for side in SIDES)


def _response(voice: Voice, pair: SpokenPair, side: Side) -> Response:
    return Response(pair.pair_id, side, Completion(pair.texts[side], model=f"illustrative:{voice}"))


def _is_drawn_from(path: Path) -> bool:
    with RunReader.open_readonly(path) as run:
        return any(draw.id == SAMPLE_DRAW for draw in draws_of(run))


def _label(voice: Voice, path: Path) -> None:
    """Add the labels that the draw lacks; those of earlier versions belong to no draw and stay so."""
    with closing(RunFile.open(path)) as run:
        there = {label.pair_id for label in run.labels() if _is_of_sample(label)}
        run.add_labels(_label_of(voice, pair) for pair in spoken_pairs(voice) if pair.pair_id not in there)


def _is_of_sample(label: Label) -> bool:
    return (label.author, label.draw) == (LABEL_AUTHOR, SAMPLE_DRAW)


def _label_of(voice: Voice, pair: SpokenPair) -> Label:
    """Return a label of the draw; all of its pairs are labelled, so that each was certain to be drawn."""
    return Label(
        pair.pair_id,
        LABEL_AUTHOR,
        pair.label,
        "v3",
        guideline=GUIDELINE_VERSION,
        draw=SAMPLE_DRAW,
        inclusion=1.0,
        blind=True,
        for_hash=_response(voice, pair, "for").text_hash,
        against_hash=_response(voice, pair, "against").text_hash,
    )
