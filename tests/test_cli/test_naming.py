"""Naming groups on the command line: what options mean together, and what is told of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.made_maps import made_map
from tests.scripted_server import Call, Reply, ScriptedServer, chat
from tests.test_runs.made import made_pair
from valbench_core.cli.naming import NameOptions, NamesAsked, name_groups, names_asked
from valbench_core.errors import KeyRefusedError, MapError, SettingsError
from valbench_core.maps.names import group_names
from valbench_core.runs import RunFile, RunReader, Workspace

PAIR_MAP = made_map([f"p{number}" for number in range(40)])


@pytest.fixture
def path(home: Path) -> Path:
    """A run of forty pairs."""
    pairs = [made_pair(number) for number in range(40)]
    path = Workspace(home).path_of("toy")
    RunFile.create(path, {}, pairs, model="m").close()
    return path


def carry_out(asked: NamesAsked, path: Path) -> None:
    name_groups(asked, path, PAIR_MAP, 0, Workspace(path.parents[1]))


def names(path: Path) -> list[str]:
    with RunReader.open_readonly(path) as run:
        return [name.text for name in group_names(run, PAIR_MAP, 0).values()]


def named_in_turn(call: Call) -> Reply:
    return chat(json.dumps({"name": f"Subject {call.number}"}) if call.number < 3 else "I would rather not")


def test_groups_are_renamed_as_asked(path):
    before = names(path)
    carry_out(names_asked(NameOptions(rename=("1=Zoos and parks", "2 = A=B"))), path)
    assert names(path)[:2] == ["Zoos and parks", "A=B"]
    carry_out(names_asked(NameOptions(rename=("1=", "2="))), path)
    assert names(path) == before


def test_nothing_asked_for_changes_nothing(path):
    before = path.read_bytes()
    carry_out(names_asked(NameOptions()), path)
    assert path.read_bytes() == before


def test_a_group_that_is_not_there_is_refused(path):
    with pytest.raises(MapError, match="no group '9'"):
        carry_out(names_asked(NameOptions(rename=("9=Zoos",))), path)


def test_of_several_names_none_is_given_where_one_cannot_be(path):
    before = names(path)
    with pytest.raises(MapError, match="no group '9'"):
        carry_out(names_asked(NameOptions(rename=("1=Zoos", "9=Parks"))), path)
    assert names(path) == before


def test_a_model_names_groups_and_what_failed_is_told(path, server: ScriptedServer, capsys):
    server.script = named_in_turn
    asked = names_asked(NameOptions(name_model="gpt", name_base_url=server.url, name_price="0,50000"))
    carry_out(asked, path)
    told = capsys.readouterr()
    assert told.out == ""
    *progress, done, failed = told.err.splitlines()
    assert progress[-1] == "map: asking for names, 3 of 3 groups"
    assert done == "2 groups named by 'gpt' · $3.00"
    assert failed.startswith("no name for group ")
    assert failed.endswith(": the answer is not the JSON object asked for")
    assert sum(name.startswith("Subject") for name in names(path)) == 2


def test_groups_that_were_not_asked_about_are_told_with_the_reason(path, capsys):
    asked = names_asked(NameOptions(name_model="gpt", name_base_url="http://127.0.0.1:9/v1"))
    carry_out(asked, path)
    assert (
        "no name for 3 groups that were not asked about: no connection to http://127.0.0.1:9/v1"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (NameOptions(rename=("Zoos",)), "ID=NAME"),
        (NameOptions(rename=("=Zoos",)), "ID=NAME"),
        (NameOptions(name_base_url="ollama"), "--name-base-url: no model .* give --name-model"),
        (NameOptions(name_max_cost=1.0, name_price="1,2"), "--name-price, --name-max-cost: no model"),
        (NameOptions(name_model="builtin:rules"), "gives no names"),
        (NameOptions(name_model="gpt", name_base_url="nowhere"), "is no endpoint"),
        (NameOptions(name_model="gpt", name_base_url="ollama", name_price="cheap"), "--name-price 'cheap'"),
        (NameOptions(name_model="gpt", name_base_url="ollama", name_max_cost=0.0), "is no limit"),
        (NameOptions(name_model="gpt", name_base_url="ollama", name_max_cost=1.0), "give --name-price"),
    ],
)
def test_options_that_mean_nothing_are_refused_before_there_is_a_map(options, reason):
    with pytest.raises(SettingsError, match=reason) as refused:
        names_asked(options)
    assert "\n" not in str(refused.value)


def test_a_missing_key_is_refused_before_there_is_a_map():
    with pytest.raises(KeyRefusedError, match="MY_KEY"):
        names_asked(NameOptions(name_model="gpt", name_base_url="openai", name_api_key_env="MY_KEY"))
