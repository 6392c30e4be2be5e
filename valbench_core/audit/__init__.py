"""Checking verdicts by hand: which pairs are drawn, in which order, what people say of them, what counts.

`make_draw` draws pairs of one run or several, `queue_of` puts them in the order of labelling, `standing` says
how far everybody is; `save_label` writes one label, `withdraw` takes one back. `audit_sample` hands labels
that count to the estimators of `analysis`. `export_labels` and `import_labels` take labels and tasks to other
programs and back; `GUIDELINES` is what auditors are told.
"""

from valbench_core.audit.counted import standing_of
from valbench_core.audit.disputes import disputed, labels_that_count
from valbench_core.audit.draw import Draw, DrawInRun, DrawnRun, Sampling, draw_in, draws_of, find_draw
from valbench_core.audit.guideline import (
    GUIDELINE_VERSION,
    GUIDELINES,
    VALUE_PREFERENCE,
    Guideline,
    GuidelineRule,
)
from valbench_core.audit.label_studio import config_path
from valbench_core.audit.labelling import Details, Saved, adjudicate, save_label, save_override, withdraw
from valbench_core.audit.making import make_draw
from valbench_core.audit.queue import Item, Queue, queue_of
from valbench_core.audit.reading import import_labels
from valbench_core.audit.run_queue import RunQueue
from valbench_core.audit.sample import audit_sample, finished_pairs
from valbench_core.audit.scale import LONGEST_AUTHOR, LONGEST_NOTE, check_label, checked_author
from valbench_core.audit.slips import slips
from valbench_core.audit.standing import Standing, standing
from valbench_core.audit.taken_in import LabelsTakenIn
from valbench_core.audit.writing import LabelsExport, export_labels
from valbench_core.runs.labelled import WITHDRAWN

__all__ = [
    "GUIDELINES",
    "GUIDELINE_VERSION",
    "LONGEST_AUTHOR",
    "LONGEST_NOTE",
    "VALUE_PREFERENCE",
    "WITHDRAWN",
    "Details",
    "Draw",
    "DrawInRun",
    "DrawnRun",
    "Guideline",
    "GuidelineRule",
    "Item",
    "LabelsExport",
    "LabelsTakenIn",
    "Queue",
    "RunQueue",
    "Sampling",
    "Saved",
    "Standing",
    "adjudicate",
    "audit_sample",
    "check_label",
    "checked_author",
    "config_path",
    "disputed",
    "draw_in",
    "draws_of",
    "export_labels",
    "find_draw",
    "finished_pairs",
    "import_labels",
    "labels_that_count",
    "make_draw",
    "queue_of",
    "save_label",
    "save_override",
    "slips",
    "standing",
    "standing_of",
    "withdraw",
]
