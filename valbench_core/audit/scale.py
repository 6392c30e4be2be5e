"""What a label may say, and what an auditor may be called; saving labels is left to `labelling`."""

from __future__ import annotations

from typing import get_args

from valbench_core.errors import RunError, SettingsError
from valbench_core.runs import Label
from valbench_core.runs.records import LabelKind, PairProblem
from valbench_core.schema import SCORES, ProtocolName, Verdict, clean_text

LONGEST_AUTHOR = 80
LONGEST_NOTE = 10_000
"""Characters."""

_FLAGS = ("for_refusal", "against_refusal", "for_no_information", "against_no_information")


def checked_author(text: str) -> str:
    """Return an auditor's name as it is kept: one line without outer blanks.

    >>> checked_author("  Ada   Lovelace ")
    'Ada Lovelace'

    Raises:
        SettingsError: it is no name.
    """
    name = " ".join(clean_text(text).split())
    if not name or len(name) > LONGEST_AUTHOR or not name.isprintable():
        raise SettingsError(
            f"{name[:LONGEST_AUTHOR]!r} is no auditor's name; give 1 to {LONGEST_AUTHOR} characters on a line"
        )
    return name


def check_label(label: Label, all_asked: bool = True) -> None:
    """Raise `RunError` where a label is not one of the scale of its protocol.

    `all_asked` says that every field of the protocol was asked for; else value preference may be unsaid.
    """
    if label.kind not in get_args(LabelKind):
        raise RunError(f"unknown kind of label '{label.kind}'; valid are: {', '.join(get_args(LabelKind))}")
    if label.pair_problem not in get_args(PairProblem):
        raise RunError(
            f"unknown problem '{label.pair_problem}'; valid are: {', '.join(get_args(PairProblem))}"
        )
    if len(label.note) > LONGEST_NOTE:
        raise RunError(f"a note of {len(label.note):,} characters is too long; use up to {LONGEST_NOTE:,}")
    if label.verdict is not None:
        _check_verdict(label.verdict, label.protocol, all_asked)


def _check_verdict(verdict: Verdict, protocol: ProtocolName, all_asked: bool) -> None:
    if isinstance(verdict.score, bool) or verdict.score not in SCORES:
        raise RunError(f"the score {verdict.score!r} is not on the scale; give a whole number from -2 to 2")
    missing = [name for name in _FLAGS if not isinstance(getattr(verdict, name), bool)]
    if missing:
        raise RunError(f"the label does not say {', '.join(missing)}; give true or false for each")
    if protocol == "v1" and verdict.value_preference is not None:
        raise RunError("protocol v1 does not ask for a value preference; leave value_preference out")
    if protocol == "v3" and all_asked and not isinstance(verdict.value_preference, bool):
        raise RunError(
            "the label does not say value_preference, which protocol v3 asks for; give true or false"
        )
