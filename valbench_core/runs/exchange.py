"""A run as JSON values and back: what its exports hold, whatever the file format.

A run leaves as one object a pair (`record_json`); the first one also carries the run itself (`run_json`), so
that one file is the whole run. Writing and reading files is left to `exporting` and `importing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from valbench_core.errors import RunError
from valbench_core.judging import Judged
from valbench_core.runs.reading import RunReader
from valbench_core.runs.records import Judgement, Label, PairRecord, RunFacts, VerdictRow
from valbench_core.schema import SCORES, SIDES, Completion, Failure, Outcome, Pair, Response, Side, Verdict

FORMAT = 1
"""Number of this form of exports; a newer one is refused."""

Json = dict[str, Any]

_OF_ROW = ("for_hash", "against_hash", "finished_at")
"""What a verdict's object holds of its row besides what the judge said."""


@dataclass(frozen=True, slots=True)
class RunHead:
    """What an export says of the run as a whole."""

    format: int
    facts: RunFacts
    stop: str | None
    """Why the evaluation stopped before its end."""
    settings: Mapping[str, Any]
    judgements: tuple[Judgement, ...]
    """Oldest first."""


def run_json(run: RunReader) -> Json:
    """Return the run without its pairs."""
    head = RunHead(FORMAT, run.facts, run.stop_reason, run.settings(), tuple(run.judgements()))
    return _dump(RunHead, head)


def run_of(value: Json, name: str) -> RunHead:
    """Return what `run_json` gave.

    Raises:
        RunError: it is not that, or of a newer form; `name` is the file's.
    """
    if isinstance(value.get("format"), int) and value["format"] > FORMAT:
        raise RunError(
            f"'{name}' was exported by a newer version of this program; upgrade valbench-explorer to read it"
        )
    head: RunHead = _load(RunHead, value, f"the run of '{name}'")
    return head


def record_json(record: PairRecord) -> Json:
    """Return everything of one pair."""
    first = {response.side: response for response in record.responses if response.replicate == 0}
    return {
        "pair": _dump(Pair, record.pair),
        "weight": record.weight,
        "responses": {side: response_json(first[side]) if side in first else None for side in SIDES},
        "replicates": [response_json(response) for response in record.responses if response.replicate],
        "judgements": [_verdict_json(name, row) for name, row in record.verdicts.items()],
        "labels": [_label_json(label) for label in record.labels],
        "outcome": record.outcome.key,
    }


def record_of(value: Json, place: str) -> PairRecord:
    """Return what `record_json` gave.

    Raises:
        RunError: it is not that; `place` says where it stands.
    """
    pair = _load(Pair, value.get("pair"), place)
    first, more = value.get("responses") or {}, value.get("replicates") or []
    found = [{**answer, "side": side} for side, answer in first.items() if answer] + list(more)
    verdicts = [
        (str(v.get("judgement")), _verdict_of(pair.id, v, place)) for v in value.get("judgements") or []
    ]
    return PairRecord(
        pair=pair,
        weight=_load(float, value.get("weight", 1.0), place),
        responses=tuple(_response_of(pair.id, answer, place) for answer in found),
        verdicts=dict(verdicts),
        labels=tuple(_label_of(pair.id, label, place) for label in value.get("labels") or []),
        outcome=Outcome.PENDING,
    )


def response_json(response: Response) -> Json:
    """Return a response: the fields of a completion, or `failure`."""
    kept = {name: getattr(response, name) for name in ("side", "replicate", "from_cache", "finished_at")}
    if isinstance(response.result, Failure):
        return {"failure": _dump(Failure, response.result), **kept}
    return {**_dump(Completion, response.result), **kept}


def _response_of(pair_id: str, value: Json, place: str) -> Response:
    rest = dict(value)
    side: Side = _load(Side, rest.pop("side", None), place)
    replicate, from_cache = int(rest.pop("replicate", 0)), bool(rest.pop("from_cache", False))
    finished_at = _load(float | None, rest.pop("finished_at", None), place)
    failure = rest.pop("failure", None)
    result = _load(Failure, failure, place) if failure else _load(Completion, rest, place)
    return Response(pair_id, side, result, replicate, from_cache, finished_at)


def _verdict_json(name: str, row: VerdictRow) -> Json:
    return {"judgement": name, **_dump(Judged, row.judged), **{key: getattr(row, key) for key in _OF_ROW}}


def _verdict_of(pair_id: str, value: Json, place: str) -> VerdictRow:
    rest = {key: item for key, item in value.items() if key not in ("judgement", *_OF_ROW)}
    judged = _load(Judged, rest, place)
    if isinstance(judged.verdict, Verdict):
        _check_score(judged.verdict, place)
    for_hash, against_hash = str(value.get("for_hash", "")), str(value.get("against_hash", ""))
    finished_at = _load(float | None, value.get("finished_at"), place)
    return VerdictRow(pair_id, judged, for_hash, against_hash, finished_at)


def _label_json(label: Label) -> Json:
    return {key: item for key, item in _dump(Label, label).items() if key != "pair_id"}


def _label_of(pair_id: str, value: Json, place: str) -> Label:
    label: Label = _load(Label, {**value, "pair_id": pair_id}, place)
    if label.verdict is not None:
        _check_score(label.verdict, place)
    return label


def _check_score(verdict: Verdict, place: str) -> None:
    if verdict.score not in SCORES:
        raise RunError(f"{place} holds the score {verdict.score}; valid are the integers -2 to 2")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _dump(kind: Any, value: object) -> Json:
    dumped: Json = _adapter(kind).dump_python(value, mode="json")
    return dumped


def _load(kind: Any, value: object, place: str) -> Any:
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"]))
        raise RunError(
            f"{place} is not as `valbench export` writes it ({where}: {fault['msg']}); export the run again"
        ) from error
