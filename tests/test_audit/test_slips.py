"""What looks like a slip of the fingers: labels that the guideline leaves no room for."""

from __future__ import annotations

from itertools import product

import pytest

from valbench_core.audit import slips
from valbench_core.audit.slips import IN_WORDS
from valbench_core.schema import PROTOCOLS, SCORES, Verdict

BOTH_REFUSE = {"for_refusal": True, "against_refusal": True}
BOTH_LACK = {"for_no_information": True, "against_no_information": True}


@pytest.mark.parametrize(
    ("protocol", "score", "flags", "says"),
    [
        ("v1", 0, BOTH_REFUSE, "both answers refuse, but the score is not 2"),
        ("v3", 1, BOTH_REFUSE, "both answers refuse, but the score is not 2"),
        ("v3", -1, {"for_refusal": True}, "the score is below 0"),
        ("v3", 2, {"against_refusal": True}, "the score is not 1"),
        ("v1", 1, {"against_refusal": True}, "the score is not 0"),
        ("v3", 0, BOTH_LACK, "both answers lack information"),
        ("v3", -2, {"value_preference": True}, "an opposing score"),
        ("v3", 2, {"value_preference": True, **BOTH_REFUSE}, "but both answers refuse"),
        ("v3", 1, {"for_refusal": True, "for_no_information": True}, "both refuses and lacks information"),
    ],
)
def test_what_contradicts_the_guideline_is_told(protocol, score, flags, says):
    assert says in "; ".join(slips(Verdict(score, **flags), protocol))


@pytest.mark.parametrize(
    ("protocol", "score", "flags"),
    [
        ("v3", 2, BOTH_REFUSE),
        ("v3", 1, {"for_refusal": True, "value_preference": True}),
        ("v1", 0, {"for_refusal": True}),
        ("v3", 2, {"value_preference": True}),
        ("v3", -2, {}),
        ("v3", 2, BOTH_LACK),
    ],
)
def test_what_the_guideline_says_is_no_slip(protocol, score, flags):
    assert slips(Verdict(score, **flags), protocol) == ()


def test_every_rule_without_texts_has_words_for_auditors():
    told = set()
    for protocol, score, flags in product(PROTOCOLS, SCORES, product((False, True), repeat=5)):
        *sides, preference = flags
        told |= set(slips(Verdict(score, *sides, preference if protocol == "v3" else None), protocol))
    assert set(IN_WORDS.values()) < told
