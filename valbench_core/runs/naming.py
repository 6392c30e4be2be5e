"""Which judgement a name means, given in full or by its beginning; derived ones are left to `derived`."""

from __future__ import annotations

from collections.abc import Sequence

from valbench_core.runs.records import Judgement


def meant_by(name: str, stored: Sequence[Judgement]) -> list[Judgement]:
    """Return the judgements that a name may mean: several where it is ambiguous, none where it is unknown.

    That of the whole name, else those that begin so. Of several of these the only plain one is meant (normal
    order, no repeat); of several plain ones the only one whose judge has just that name.
    """
    exact = [one for one in stored if one.name == name]
    found = exact or [one for one in stored if one.name.startswith(name)]
    plain = [one for one in found if one.spec.order == "normal" and one.spec.replicate == 0]
    own = [one for one in plain if one.spec.judge == name]
    return next((some for some in (plain, own) if len(some) == 1 and len(found) > 1), found)
