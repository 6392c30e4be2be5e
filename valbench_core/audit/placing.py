"""Which place in which draw a label from elsewhere takes; `reading` decides whether it is taken in at all."""

from __future__ import annotations

from dataclasses import replace

from valbench_core.audit.draw import draw_in
from valbench_core.audit.run_queue import RunQueue, pair_ids, run_queue
from valbench_core.errors import RunError
from valbench_core.runs import Label, RunReader


class DrawsOfLabels:
    """The draws of a run, as labels name them."""

    def __init__(self, run: RunReader) -> None:
        self.pair_ids = pair_ids(run)
        self._run = run
        self._queues: dict[str, tuple[RunQueue, dict[str, int]] | None] = {}

    def placed(self, label: Label) -> Label:
        """Return the label with its draw, and π where it counts there; else outside any draw.

        What was said after the verdict was seen keeps its draw, as where it was made, but counts in none.
        """
        place = self._place(label)
        seen = label.kind == "override" or (label.kind == "adjudication" and not label.blind)
        if place is None or not (label.blind or seen):
            return replace(label, draw=None, inclusion=None)
        queue, at = place
        return replace(label, inclusion=None if label.verdict is None or seen else queue.inclusion_at(at))

    def why_not(self, label: Label) -> str:
        """Return why a label lost its draw."""
        if self._queue(str(label.draw)) is None:
            return f"whose draw '{label.draw}' this run does not have"
        if self._place(label) is None:
            return f"whose draw '{label.draw}' does not hold the pair"
        return "which does not say that it was made blind, before the verdict was seen"

    def _place(self, label: Label) -> tuple[RunQueue, int] | None:
        held = self._queue(label.draw) if label.draw else None
        if held is None or label.pair_id not in held[1]:
            return None
        return held[0], held[1][label.pair_id]

    def _queue(self, draw_id: str) -> tuple[RunQueue, dict[str, int]] | None:
        if draw_id not in self._queues:
            self._queues[draw_id] = self._opened(draw_id)
        return self._queues[draw_id]

    def _opened(self, draw_id: str) -> tuple[RunQueue, dict[str, int]] | None:
        try:
            held = draw_in(self._run, draw_id)
        except RunError:
            return None
        if held.draw.id != draw_id:
            return None  # A label names its draw in full: a beginning of an id is what people type.
        queue = run_queue(held, self.pair_ids)
        places = {self.pair_ids[ordinal]: place for place, ordinal in enumerate(queue.order.tolist())}
        return queue, places
