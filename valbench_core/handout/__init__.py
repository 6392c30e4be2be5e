"""A run as a handout for people who will not open the app: one HTML file that needs no server and no network.

`contents` gathers what it says, with the pairs that a `Choice` asks for; `render` sets it; `handout` does
both, and `write_handout` puts it into a new file.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from valbench_core.handout.choosing import PAIRS_PRINTED, Choice
from valbench_core.handout.contents import Contents, contents
from valbench_core.handout.page import content_policy, policy_hash, render
from valbench_core.listing.stated import parse_condition
from valbench_core.runs import Judgement, RunReader

__all__ = [
    "PAIRS_PRINTED",
    "Choice",
    "Contents",
    "content_policy",
    "contents",
    "handout",
    "parse_condition",
    "policy_hash",
    "render",
    "write_handout",
]


def handout(
    run: RunReader, judgement: Judgement | None, choice: Choice = Choice(), made: datetime | None = None
) -> str:
    """Return a run's handout as the text of an HTML file; for the arguments see `contents`."""
    return render(contents(run, judgement, choice, made))


def write_handout(
    run: RunReader, path: Path, judgement: Judgement | None, choice: Choice = Choice()
) -> Contents:
    """Write a run's handout to a new file and return what it says.

    Raises:
        SettingsError: the target exists already, or the choice contradicts itself.
        RunError: a pair that is asked for is not in the run.
        StorageError: the file cannot be written.
    """
    from valbench_core.runs.exporting import new_target

    with new_target(path) as unfinished:
        said = contents(run, judgement, choice)
        unfinished.write_text(render(said), encoding="utf-8")
    return said
