"""What a run holds and tells, as frozen values: judgements, verdicts and their cost, labels, work left to do.

Pairs, responses and verdicts themselves are values of `schema`; how they lie in tables is left to `rows`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from valbench_core.schema import (
    BUILTIN,
    SIDES,
    Order,
    Outcome,
    Pair,
    ProtocolName,
    Response,
    Side,
    Unjudged,
    Usage,
    Verdict,
    adjusted_score,
)

if TYPE_CHECKING:
    from valbench_core.judging import Judged

RunKind = Literal["evaluation", "calibration", "import"]
LabelKind = Literal["label", "adjudication", "override"]
PairProblem = Literal[
    "none", "different issues", "not contradictory", "addresses the model as an actor", "other"
]
WorkMode = Literal["resume", "retry", "judge"]
DerivedKind = Literal["orders", "repeats", "panel"]
"""How verdicts of several judgements are combined: mean of both orders, mean of repeats, median of judges."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is known of a run as a whole."""

    run: str
    """Its id: the name of its file."""
    kind: RunKind
    model: str
    """The model that answered, as the user named it."""
    created: str
    """ISO 8601, UTC."""
    illustrative: bool
    """Answers or judgements come from a built-in model: no figure of it says anything about a model."""
    manifest: Mapping[str, Any]
    """Everything the run was made from (DESIGN §3.7), as JSON values."""


@dataclass(frozen=True, slots=True)
class JudgementSpec:
    """One way of judging: everything a verdict depends on besides the texts."""

    judge: str
    """The judge's model, as the user named it."""
    protocol: ProtocolName
    base_url: str = ""
    prompt: Mapping[str, Any] = field(default_factory=dict)
    """The templates in full; a resume uses these."""
    prompt_sha256: str = ""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the judge's model, as JSON values."""
    order: Order = "normal"
    replicate: int = 0
    """Number of an intended repetition by the same judge."""
    made_by_run: bool = False
    """Made by `run` itself: the one shown where none is named."""

    @property
    def illustrative(self) -> bool:
        """Whether its figures say nothing about a model: the judge is a built-in one."""
        return self.judge.startswith(BUILTIN)

    @property
    def base_name(self) -> str:
        """The name, but for what tells it from another judgement of the same name.

        >>> JudgementSpec("org/judge", "v3", order="swapped", replicate=2).base_name
        'org/judge@v3~swapped~r2'
        """
        swapped = "~swapped" if self.order == "swapped" else ""
        return f"{self.judge}@{self.protocol}{swapped}" + (f"~r{self.replicate}" if self.replicate else "")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judgement of a run: stored with verdicts of its own, or derived from others by a rule."""

    id: int
    """Its number within the run; `derived.NO_ID` where it is derived, for which no verdict is stored."""
    name: str
    """By which people and links name it."""
    spec: JudgementSpec
    """Of a derived one: what its sources have in common."""
    created: str
    """ISO 8601, UTC."""
    calibration: Mapping[str, Any] | None = None
    """What the calibration of this configuration came to, where there was one."""
    derived: DerivedKind | None = None
    """None where it has verdicts of its own."""
    sources: tuple[Judgement, ...] = ()
    """The stored judgements that a derived one combines."""

    @property
    def illustrative(self) -> bool:
        """Whether its figures say nothing about a model: a judge is a built-in one."""
        return any(source.spec.illustrative for source in self.sources or (self,))

    @property
    def wording(self) -> ProtocolName | None:
        """The protocol whose words name its outcomes; None where "mixed" may mean that sources differ."""
        return None if self.derived else self.spec.protocol


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """What a judge said of a pair, and of which texts."""

    pair_id: str
    judged: Judged
    for_hash: str
    """`Response.text_hash` of the for answer that was judged."""
    against_hash: str
    """`Response.text_hash` of the against answer that was judged."""
    finished_at: float | None = field(default=None, compare=False)
    """When it was written, in seconds since 1970; None takes the time of writing."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a person said of a pair, in the judge's own fields."""

    pair_id: str
    author: str
    verdict: Verdict | None
    """None: the author passed the pair over."""
    protocol: ProtocolName
    created: str = ""
    """ISO 8601, UTC; "" takes the time of writing."""
    kind: LabelKind = "label"
    guideline: str = ""
    """Version of the guideline followed."""
    order: Order = "normal"
    """`swapped`: the against answer was shown first."""
    draw: str | None = None
    """The audit's draw; None outside any."""
    inclusion: float | None = None
    """π, the probability of being drawn; None outside any draw."""
    blind: bool = False
    """Made before the verdict was seen."""
    seconds: float | None = None
    """Time spent."""
    for_hash: str = ""
    """`Response.text_hash` of the for answer that was read."""
    against_hash: str = ""
    """`Response.text_hash` of the against answer that was read."""
    note: str = ""
    pair_problem: PairProblem = "none"


@dataclass(frozen=True, slots=True)
class PairWork:
    """What is left to do on one pair."""

    ordinal: int
    pair: Pair
    """Without section text and extra columns: what is asked and judged does not need them."""
    sides: tuple[Side, ...]
    """Sides to ask."""
    judge: bool
    """Whether to judge it once both answers are there."""


@dataclass(frozen=True, slots=True)
class WorkCount:
    """How much is left to do."""

    pairs: int
    answers: int
    """Calls for answers."""
    verdicts: int
    """Pairs to judge."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls of one role, added up."""

    calls: int
    """Rows; a verdict that needed a repair is one."""
    failed: int
    """Failed answers, or pairs left unjudged."""
    from_cache: int
    """Rows whose answer was paid for earlier."""
    usage: Usage
    """Of all rows."""
    paid: Usage
    """Of the rows that did not come from the cache: what this run cost."""
    seconds: float
    """Duration of the calls, added up."""


@dataclass(frozen=True, slots=True)
class Accounting:
    """What a run used, by role."""

    answers: Tally
    judgements: Mapping[str, Tally]
    """By name of judgement."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an evaluation has come; cheap enough to be asked every second."""

    pairs: int
    answered: int
    """Answers, of 2 × pairs."""
    failed: int
    """Answers that failed."""
    judged: int
    """Valid verdicts of the judgement."""
    unjudged: int
    """Verdict rows without a valid verdict."""
    recent: int
    """Answers and verdicts that came in the last `recent_seconds`."""
    recent_seconds: float


@dataclass(frozen=True, slots=True)
class PairRow:
    """The short texts of a pair, for a list."""

    ordinal: int
    id: str
    issue_description: str
    article_title: str
    category: str
    issue_scale: int | None


@dataclass(frozen=True, slots=True)
class Rationale:
    """The words of one verdict, or why there is none, for a list."""

    ordinal: int
    pair_id: str
    judged: bool
    """Whether a valid verdict on the answers that stand."""
    score: int | None
    """σ; None unless a verdict was read."""
    central_issue: str
    for_positions: str
    against_positions: str
    points_of_alignment: str
    points_of_opposition: str
    raw: str
    """The judge's answer as it came."""
    reason: str
    """Why no valid verdict stands; "" where one does."""


@dataclass(frozen=True, slots=True)
class SourceVerdict:
    """What one of the judgements said of a pair that a derived judgement combines."""

    judgement: Judgement
    verdict: VerdictRow | None
    stale: bool
    """The verdict judged other texts than those that stand."""
    outcome: Outcome

    @property
    def standing(self) -> Verdict | None:
        """The verdict that stands: a valid one on the texts shown; None where there is none."""
        return _standing(self.verdict, self.stale)

    @property
    def adjusted(self) -> int | None:
        """The adjusted score s of the verdict that stands."""
        said = self.standing
        if said is None:
            return None
        protocol = self.judgement.spec.protocol
        return adjusted_score(protocol, said.score, said.for_refusal, said.against_refusal)


@dataclass(frozen=True, slots=True)
class Combined:
    """What a derived judgement comes to on a pair that all of its sources judged."""

    adjusted: float
    """Mean or median of the sources' adjusted scores."""
    for_refusal: float
    """Share of the sources that say so; so with all flags."""
    against_refusal: float
    for_no_information: float
    against_no_information: float
    value_preference: float | None
    """None unless all sources say something of it."""


@dataclass(frozen=True, slots=True)
class PairDetail:
    """Everything of one pair under one judgement."""

    ordinal: int
    pair: Pair
    weight: float
    responses: Mapping[Side, Response | None]
    """None where the side was not tried yet."""
    verdict: VerdictRow | None
    stale: bool
    """The verdict judged other texts than those shown."""
    labels: tuple[Label, ...]
    """Oldest first."""
    outcome: Outcome
    sources: tuple[SourceVerdict, ...] = ()
    """Under a derived judgement: what each of its sources says; it has no verdict of its own."""
    combined: Combined | None = None
    """Under a derived judgement: what it comes to; None unless all sources judged the pair."""

    @property
    def standing(self) -> Verdict | None:
        """The verdict that stands: a valid one on the texts shown; None where there is none."""
        return _standing(self.verdict, self.stale)


@dataclass(frozen=True, slots=True)
class PairRecord:
    """Everything of one pair under all judgements, as it is exported and imported."""

    pair: Pair
    weight: float
    responses: tuple[Response, ...]
    """All sides and replicates, in order."""
    verdicts: Mapping[str, VerdictRow]
    """By name of judgement."""
    labels: tuple[Label, ...]
    """Oldest first."""
    outcome: Outcome
    """Under the judgement shown where none is named."""


def _standing(row: VerdictRow | None, stale: bool) -> Verdict | None:
    if row is None or stale or isinstance(row.judged.verdict, Unjudged):
        return None
    return row.judged.verdict


def side_number(side: Side) -> int:
    """Return 0 for the for side, 1 for against."""
    return SIDES.index(side)
