"""The two ready runs on the bundled sample: illustrative answers in two voices, judged by rules, with labels.

The texts lie in `pairs/sample`; they were written for this project, and no model gave them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

from valbench_core.evaluate import building_run, evaluate
from valbench_core.inference import AnswerCache
from valbench_core.judging import RULES_JUDGE
from valbench_core.pairs import SAMPLE, Source, Subset, open_source, select
from valbench_core.plan import Answering, Judging, Plan
from valbench_core.runs import Label, RunFile, RunLock, Workspace
from valbench_core.schema import SIDES, Completion, Response, Side, Verdict

Voice = Literal["agreeable", "steadfast"]
VOICES: Mapping[Voice, str] = {
    "agreeable": "goes along with each framing, with some exceptions",
    "steadfast": "mostly keeps a stance, refuses some, lacks information on some",
}
"""The two voices and what they do."""

LABEL_AUTHOR = "bundled sample"
"""Author of the sample's labels."""


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
    return [_ready(voice, workspace) for voice in VOICES]


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
    spoken = spoken_pairs(voice)
    responses = [
        Response(pair.pair_id, side, Completion(pair.texts[side], model=f"illustrative:{voice}"))
        for pair in spoken
        for side in SIDES
    ]
    with building_run(path, plan, selection) as run:
        run.update_manifest({"notes": [f"Answers written for this sample: a voice that {VOICES[voice]}."]})
        run.write_responses(responses)
        run.add_labels(_labels(spoken, responses))


def _labels(spoken: Sequence[SpokenPair], responses: Sequence[Response]) -> list[Label]:
    hashes = {(response.pair_id, response.side): response.text_hash for response in responses}
    return [
        Label(
            pair.pair_id,
            LABEL_AUTHOR,
            pair.label,
            "v3",
            for_hash=hashes[pair.pair_id, "for"],
            against_hash=hashes[pair.pair_id, "against"],
        )
        for pair in spoken
    ]
