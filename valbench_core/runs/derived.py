"""Judgements made of others by a rule that their name states: both orders, repeats, panels.

Nothing is stored: `NAME~both` is the mean of a judgement and the same with the answers in swapped order,
`NAME~repeats` that of a judgement and its repeats, `panel:NAME+NAME` the median of several. Tables of all
pairs are combined by `analysis.derived`; reading verdicts is left to `reading`.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean, median

from valbench_core.errors import RunError
from valbench_core.runs.naming import meant_by
from valbench_core.runs.records import Combined, DerivedKind, Judgement, JudgementSpec, SourceVerdict
from valbench_core.schema import Outcome, Verdict, sha256_of

NO_ID = -1
"""The number of every derived judgement: no verdict is stored under it."""
BOTH = "~both"
REPEATS = "~repeats"
PANEL = "panel:"
PLUS = "+"

_LOST = (Outcome.FAILED, Outcome.UNJUDGED, Outcome.PENDING)
"""Why a pair is not judged: the first of these that a source says."""


def swapped_twin(judgement: Judgement, stored: Sequence[Judgement]) -> Judgement | None:
    """Return the same judgement with the answers in the other order; None where it was not made."""
    other = "normal" if judgement.spec.order == "swapped" else "swapped"
    seat = (other, judgement.spec.replicate)
    found = (one for one in stored if (one.spec.order, one.spec.replicate) == seat)
    return next((one for one in found if _same_but(judgement, one)), None)


def replicates_of(judgement: Judgement, stored: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """Return a judgement and its repeats (same judge, same order) by their number; at least itself."""
    found = [one for one in stored if _same_but(judgement, one) and one.spec.order == judgement.spec.order]
    return tuple(sorted(found, key=lambda one: (one.spec.replicate, one.id)))


def both_orders(judgement: Judgement, swapped: Judgement) -> Judgement:
    """Return the mean of a judgement in normal order and its twin in swapped order."""
    return _derived(judgement.name + BOTH, "orders", (judgement, swapped), judgement.spec)


def repeats(replicates: Sequence[Judgement]) -> Judgement:
    """Return the mean of a judgement, the first, and its repeats."""
    first = replicates[0]
    return _derived(first.name + REPEATS, "repeats", replicates, first.spec)


def panel(judgements: Sequence[Judgement]) -> Judgement:
    """Return the median of several judgements of one protocol."""
    return _derived(panel_name(judgements), "panel", judgements, _panel_spec(judgements))


def panel_name(judgements: Sequence[Judgement]) -> str:
    """Return the name of the panel of these judgements, as links and `--judgement` take it."""
    return PANEL + PLUS.join(judgement.name for judgement in judgements)


def on_offer(stored: Sequence[Judgement]) -> list[Judgement]:
    """Return the derived judgements that a run's stored ones allow for.

    Every pair of orders, every set of repeats, and one panel a protocol: of all its judges, each in normal
    order and counted once. Other panels exist too, by name.
    """
    return [*_all_orders(stored), *_all_repeats(stored), *_all_panels(stored)]


def derived_by_name(name: str, stored: Sequence[Judgement], run: str) -> Judgement | None:
    """Return the derived judgement of that name; None where a name does not state a rule.

    Names within it may be unambiguous beginnings of names.

    Raises:
        RunError: what it is made of is lacking or does not go together; the message names what.
    """
    if name.startswith(PANEL):
        return _panel_by_name(name, stored, run)
    if name.endswith(BOTH):
        return _orders_by_name(name, stored, run)
    if name.endswith(REPEATS):
        return _repeats_by_name(name, stored, run)
    return None


def judged_by(judgement: Judgement) -> str:
    """Return who judged, and how, in words that follow "judged by"."""
    spec = judgement.spec
    if judgement.derived == "orders":
        return f"{spec.judge}, mean of both orders, protocol {spec.protocol}"
    if judgement.derived == "repeats":
        return f"{spec.judge}, mean of {len(judgement.sources)} repeats, protocol {spec.protocol}"
    if judgement.derived == "panel":
        judges = ", ".join(source.name for source in judgement.sources)
        return f"the median of {len(judgement.sources)} judgements ({judges}), protocol {spec.protocol}"
    return f"{spec.judge}, protocol {spec.protocol}"


def combined_outcome(outcomes: Sequence[Outcome]) -> Outcome:
    """Return a pair's outcome from those of the sources: the commonest, mixed where several are as common.

    >>> combined_outcome([Outcome.CONSISTENT, Outcome.INCONSISTENT]).value
    'mixed'
    >>> combined_outcome([Outcome.CONSISTENT, Outcome.PENDING]).value
    'pending'
    """
    for lost in _LOST:
        if lost in outcomes:
            return lost
    (first, often), *others = Counter(outcomes).most_common(2)
    return Outcome.MIXED if others and others[0][1] == often else first


def combined_verdict(kind: DerivedKind, sources: Sequence[SourceVerdict]) -> Combined | None:
    """Return what verdicts on one pair come to together; None unless all sources judged it."""
    verdicts = [source.standing for source in sources if source.outcome not in _LOST]
    scores = [source.adjusted for source in sources]
    standing = [verdict for verdict in verdicts if verdict is not None]
    adjusted = [score for score in scores if score is not None]
    if len(standing) < len(sources) or len(adjusted) < len(sources):
        return None
    return Combined(
        float(median(adjusted) if kind == "panel" else fmean(adjusted)),
        fmean(verdict.for_refusal for verdict in standing),
        fmean(verdict.against_refusal for verdict in standing),
        fmean(verdict.for_no_information for verdict in standing),
        fmean(verdict.against_no_information for verdict in standing),
        _mean_preference(standing),
    )


def _mean_preference(verdicts: Sequence[Verdict]) -> float | None:
    said = [verdict.value_preference for verdict in verdicts if verdict.value_preference is not None]
    return fmean(said) if len(said) == len(verdicts) else None


def _same_but(one: Judgement, other: Judgement) -> bool:
    """Whether two judgements are by the same judge asked in the same way, but for order and replicate."""
    alike = {"order": "normal", "replicate": 0, "made_by_run": False}
    return replace(one.spec, **alike) == replace(other.spec, **alike)  # type: ignore[arg-type]


def _derived(name: str, kind: DerivedKind, sources: Sequence[Judgement], spec: JudgementSpec) -> Judgement:
    created = max(source.created for source in sources)
    return Judgement(
        NO_ID, name, replace(spec, made_by_run=False), created, derived=kind, sources=tuple(sources)
    )


def _panel_spec(judgements: Sequence[Judgement]) -> JudgementSpec:
    """Return what tells a panel from others, in terms that do not depend on the order of its members."""
    specs = sorted((j.spec for j in judgements), key=lambda spec: (spec.judge, spec.base_name, spec.base_url))
    return JudgementSpec(
        judge=f"panel of {len(specs)}: " + ", ".join(spec.judge for spec in specs),
        protocol=specs[0].protocol,
        base_url=", ".join(dict.fromkeys(spec.base_url for spec in specs if spec.base_url)),
        prompt_sha256=sha256_of([spec.prompt_sha256 for spec in specs]),
        sampling={"judges": [[s.base_name, s.base_url, dict(s.sampling)] for s in specs]},
    )


def _all_orders(stored: Sequence[Judgement]) -> Iterator[Judgement]:
    for judgement in stored:
        twin = swapped_twin(judgement, stored)
        if judgement.spec.order == "normal" and twin is not None:
            yield both_orders(judgement, twin)


def _all_repeats(stored: Sequence[Judgement]) -> Iterator[Judgement]:
    for judgement in stored:
        found = replicates_of(judgement, stored)
        if len(found) > 1 and found[0] == judgement:
            yield repeats(found)


def _all_panels(stored: Sequence[Judgement]) -> Iterator[Judgement]:
    for protocol in dict.fromkeys(judgement.spec.protocol for judgement in stored):
        members = [j for j in stored if j.spec.protocol == protocol and _counts_once(j)]
        if len(members) > 1:
            yield panel(members)


def _counts_once(judgement: Judgement) -> bool:
    return judgement.spec.order == "normal" and judgement.spec.replicate == 0


def _orders_by_name(name: str, stored: Sequence[Judgement], run: str) -> Judgement:
    one = _source(name.removesuffix(BOTH), name, stored, run)
    twin = swapped_twin(one, stored)
    normal, swapped = (one, twin) if one.spec.order == "normal" else (twin, one)
    if normal is None:
        raise RunError(f"'{name}' lacks the normal order of '{one.name}' in run '{run}'; {_has(stored)}")
    if swapped is None:
        repeat = ["--replicate", str(normal.spec.replicate)] if normal.spec.replicate else []
        make = _command(run, normal, "--swapped", *repeat)
        raise RunError(f"'{name}' lacks the swapped order of '{normal.name}'; make it with: {make}")
    return both_orders(normal, swapped)


def _repeats_by_name(name: str, stored: Sequence[Judgement], run: str) -> Judgement:
    one = _source(name.removesuffix(REPEATS), name, stored, run)
    found = replicates_of(one, stored)
    if len(found) < 2:
        swapped = ["--swapped"] if one.spec.order == "swapped" else []
        make = _command(run, one, *swapped, "--replicate", str(one.spec.replicate + 1))
        raise RunError(f"'{name}' lacks a repeat of '{one.name}'; make one with: {make}")
    return repeats(found)


def _panel_by_name(name: str, stored: Sequence[Judgement], run: str) -> Judgement:
    members = [_source(part, name, stored, run) for part in _parts(name.removeprefix(PANEL), stored)]
    names = [member.name for member in members]
    if len(set(names)) < len(names) or len(names) < 2:
        raise RunError(f"'{name}' needs two or more different judgements, joined by '+'; {_has(stored)}")
    if len({member.spec.protocol for member in members}) > 1:
        each = ", ".join(f"{member.name}: {member.spec.protocol}" for member in members)
        raise RunError(f"'{name}' mixes protocols ({each}); a panel needs judgements of one protocol")
    return panel(members)


def _parts(text: str, stored: Sequence[Judgement]) -> list[str]:
    """Return the names within a panel's name; a judge's own name may hold a plus sign.

    A name that is stored is taken whole, the longest first; what is left is parted at plus signs.
    """
    for name in sorted((judgement.name for judgement in stored), key=len, reverse=True):
        if text == name:
            return [text]
        if text.startswith(name + PLUS):
            return [name, *_parts(text.removeprefix(name + PLUS), stored)]
    head, plus, rest = text.partition(PLUS)
    return [head, *(_parts(rest, stored) if plus else [])]


def _source(prefix: str, name: str, stored: Sequence[Judgement], run: str) -> Judgement:
    """Return the stored judgement of that name or unambiguous beginning of one."""
    found = meant_by(prefix, stored) if prefix else []
    if len(found) == 1:
        return found[0]
    if prefix.startswith(PANEL) or prefix.endswith((BOTH, REPEATS)):
        raise RunError(
            f"'{name}' is made of '{prefix}', but combined ones cannot be combined again; {_has(stored)}"
        )
    fault = f"can be any of {', '.join(one.name for one in found)}" if found else "is not there"
    raise RunError(f"'{name}' is made of '{prefix}', which {fault} in run '{run}'; {_has(stored)}")


def _command(run: str, judgement: Judgement, *more: str) -> str:
    spec = judgement.spec
    address = ["--judge-base-url", spec.base_url] if spec.base_url else []
    asked = ["--judge-model", spec.judge, *address, "--protocol", spec.protocol]
    return shlex.join(["valbench", "judge", run, *asked, *more])


def _has(stored: Sequence[Judgement]) -> str:
    return f"it has: {', '.join(judgement.name for judgement in stored) or 'no judgement yet'}"
