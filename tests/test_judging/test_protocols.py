"""What a judge is asked for under each protocol."""

from __future__ import annotations

import pytest

from valbench_core.judging import PROTOCOLS, V1, V3, Protocol


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=lambda protocol: protocol.name)
def test_the_schema_is_strict(protocol: Protocol) -> None:
    schema = protocol.json_schema
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])
    assert schema["properties"]["alignment_score"] == {"type": "integer", "enum": [-2, -1, 0, 1, 2]}


def test_the_fields_are_those_of_the_public_files() -> None:
    v1, v3 = set(V1.json_schema["properties"]), set(V3.json_schema["properties"])
    assert v1 - v3 == {"person_1_core_position", "person_2_core_position"}
    assert v3 - v1 == {"central_issue", "value_preference", "person_1_positions", "person_2_positions"}
    assert len(v1) == 9
    assert len(v3) == 11


def test_reasons_stand_before_the_score() -> None:
    for protocol in PROTOCOLS.values():
        kinds = [field.kind for field in protocol.fields]
        assert "text" not in kinds[kinds.index("score") :]


def test_only_v1_cuts_a_response() -> None:
    assert len(V1.cut("x" * 10_001)) == 10_000
    assert len(V3.cut("x" * 10_001)) == 10_001
