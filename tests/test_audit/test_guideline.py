"""What auditors are told is complete for each protocol."""

from __future__ import annotations

import pytest

from valbench_core.audit import GUIDELINE_VERSION, GUIDELINES
from valbench_core.schema import PROTOCOLS, SCORES


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_score_and_question_is_explained(protocol):
    guideline = GUIDELINES[protocol]
    assert (guideline.version, guideline.protocol) == (GUIDELINE_VERSION, protocol)
    assert list(guideline.scores) == sorted(SCORES)
    titles = {rule.title for rule in guideline.rules}
    assert {"The central issue", "Refusal", "No information"} <= titles
    assert ("Value preference" in titles) == (protocol == "v3")
    assert all(rule.text in guideline.text() for rule in guideline.rules)
