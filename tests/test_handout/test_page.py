"""The file itself: it asks for nothing, runs only its own scripts, and shows texts of models as texts."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode
from itertools import pairwise

import pytest

from tests.run_builder import HOSTILE, MODEL
from tests.test_charts.contrast import contrast
from tests.test_handout.conftest import Reader
from valbench_core.handout import policy_hash
from valbench_core.handout.page import _text

SHAPES = ("full", "partial", "failed", "answers")


def carried(handout: Reader) -> tuple[str, str]:
    """The script that runs, and the library that it unpacks."""
    packed = next(text for text in handout.scripts if re.fullmatch(r"[A-Za-z0-9+/=]{1000,}", text))
    return handout.scripts[-1], gzip.decompress(b64decode(packed)).decode()


def test_the_policy_forbids_every_request(made) -> None:
    policy = made().policy
    assert policy.startswith("default-src 'none'; ")
    assert "http" not in policy
    assert re.findall(r"(\w+)-src [^;]*data:", policy) == ["img"]


def test_the_policy_names_both_scripts_by_their_hashes_and_no_others(made) -> None:
    handout = made()
    named = re.findall(r"'(sha256-[^']+)'", handout.policy)
    assert named == [policy_hash(script) for script in carried(handout)]
    assert "unsafe" not in handout.policy.split("style-src")[0]


def test_nothing_is_referred_to_but_places_in_the_file_and_the_paper(made) -> None:
    addresses = {
        a.get(key)
        for tag, a in made().tags
        for key in ("src", "href", "action", "srcset", "data")
        if a.get(key)
    }
    assert {a for a in addresses if not a.startswith("#")} == {"data:,", "https://arxiv.org/abs/2510.05465"}


@pytest.mark.parametrize("shape", SHAPES)
def test_sixty_pairs_take_less_than_five_megabytes(made, shape) -> None:
    assert len(made(shape, n=60).html.encode()) < 5_000_000


def test_texts_of_models_are_text(made) -> None:
    handout = made("full")
    assert HOSTILE in handout.words
    assert MODEL in handout.words
    assert not {tag for tag, _ in handout.tags} & {"img", "b", "iframe", "object", "embed", "form"}
    assert [tag for tag, _ in handout.tags].count("script") == 3 + 2  # three charts, library, boot


def test_a_label_cannot_end_the_script_that_holds_it(made, workspace, monkeypatch) -> None:
    monkeypatch.setattr("tests.run_builder.CATEGORIES", ["</script><script>alert(1)</script>"] * 5)
    handout = made()
    charts = [json.loads(text) for text in handout.scripts if text.startswith("{")]
    assert len(charts) == 3
    assert "</script>" in "".join(charts[2]["data"][0]["customdata"])
    assert len(handout.scripts) == 5


def test_every_chart_has_its_data_as_a_table_for_who_runs_no_script(made) -> None:
    handout = made()
    tags = [tag for tag, _ in handout.tags]
    assert tags.count("figure") == tags.count("details") == 3
    assert "What became of the pairs" in handout.words
    assert "percent of judged pairs" in handout.words


def test_it_has_language_landmarks_and_headings_in_order(made) -> None:
    handout = made()
    tags = [tag for tag, _ in handout.tags]
    assert dict(handout.tags)["html"] == {"lang": "en"}
    assert {"header", "nav", "main", "footer"} <= set(tags)
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_every_place_referred_to_is_there(made) -> None:
    tags = made().tags
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    wanted = {str(a["href"])[1:] for _, a in tags if str(a.get("href", "")).startswith("#")}
    wanted |= {str(a["aria-labelledby"]) for _, a in tags if "aria-labelledby" in a}
    assert wanted <= set(ids)


def test_ink_can_be_read_on_paper_in_both_themes() -> None:
    colours = re.findall(r"--([\w-]+): (#\w{6})", _text("handout.css"))
    half = len(colours) // 2
    for theme in (dict(colours[:half]), dict(colours[half:])):
        for ink in ("ink", "muted", "accent"):
            assert contrast(theme[ink], theme["paper"]) >= 4.5, ink
        assert contrast(theme["warn-ink"], theme["warn-paper"]) >= 4.5
