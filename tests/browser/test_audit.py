"""Labelling by hand in a real browser: by keyboard alone, quickly, in two tabs at once, and blind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import count

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect  # noqa: E402

from tests.browser.dashboard import PATIENCE, new_page, opened, served, settled  # noqa: E402
from tests.made_audits import MadeAudit, change_answer, made_audit  # noqa: E402
from tests.run_builder import JUDGE, MODEL  # noqa: E402
from valbench_core.audit import WITHDRAWN  # noqa: E402
from valbench_core.runs import Label, RunReader, Workspace  # noqa: E402

RUNS = ("first-run", "second-run")

_numbers = count(1)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Workspace:
    """A workspace whose runs are labelled here: each test has a draw of its own."""
    return Workspace(tmp_path_factory.mktemp("audits"))


@pytest.fixture
def audit(place) -> MadeAudit:
    """A draw over two runs, whose sides come in random order."""
    return made_audit(place, RUNS, shuffle_sides=True, draw_id=f"{next(_numbers):08x}")


@pytest.fixture(scope="module")
def labelling(place, tmp_path_factory) -> Iterator[str]:
    """Address of a server of that workspace."""
    with served(place.root, tmp_path_factory.mktemp("server") / "log") as url:
        yield url


def labels(audit: MadeAudit) -> list[Label]:
    """Return all labels of the draw, in the order of its queue and of their making."""
    items = {(item.run, item.pair_id): item.position for item in audit.queue.items}
    found: list[tuple[int, int, Label]] = []
    for run in audit.draw.runs:
        with RunReader.open_readonly(audit.workspace.path_of(run.run)) as file:
            found += [
                (items[run.run, label.pair_id], number, label)
                for number, label in enumerate(file.labels())
                if label.draw == audit.draw.id
            ]
    return [label for *_, label in sorted(found, key=lambda one: one[:2])]


def begin(page: Page, audit: MadeAudit, url: str, auditor: str = "Ada", **query: str) -> Page:
    further = "".join(f"&{key}={value}" for key, value in query.items())
    opened(page, f"{url}/audit?draw={audit.draw.id}&auditor={auditor}&view=label{further}")
    expect(page.get_by_role("button", name="Save and next")).to_be_visible(timeout=PATIENCE)
    return page


def done(page: Page, number: int) -> None:
    """Wait until so many pairs are labelled by whoever has the page."""
    expect(page.get_by_text(re.compile(rf"^{number} of 42 pairs labelled by you"))).to_be_visible(
        timeout=PATIENCE
    )


def press(page: Page, *keys: str) -> None:
    """Press keys as somebody does who looks at what they do."""
    for key in keys:
        page.keyboard.press(key)
        settled(page)


def test_ten_pairs_are_labelled_by_keyboard_alone_and_kept_by_side(audit, labelling, page):
    begin(page, audit, labelling)
    for number in range(10):
        press(page, str(number % 5 + 1), *("q" if number % 2 else "s"), *("v" if number == 3 else ""))
        press(page, "Enter" if number % 2 else "n")
        done(page, number + 1)
    found = labels(audit)
    items = audit.queue.items[:10]
    assert [label.pair_id for label in found] == [item.pair_id for item in items]
    assert [label.verdict.score for label in found] == [-2, -1, 0, 1, 2] * 2
    assert [label.order for label in found] == [item.order for item in items]
    assert {label.order for label in found} == {"normal", "swapped"}
    for number, label in enumerate(found):
        first = "for" if label.order == "normal" else "against"
        second = "against" if label.order == "normal" else "for"
        said = {
            side: (
                getattr(label.verdict, f"{side}_refusal"),
                getattr(label.verdict, f"{side}_no_information"),
            )
            for side in ("for", "against")
        }
        assert said == (
            {first: (True, False), second: (False, False)}
            if number % 2
            else {first: (False, False), second: (False, True)}
        )
        assert label.verdict.value_preference is (number == 3)
        assert label.author == "Ada"
        assert label.blind
        assert label.seconds > 0


def test_quick_presses_label_the_pair_they_were_meant_for(audit, labelling, page):
    begin(page, audit, labelling)
    for key in ("1", "n", "5", "n", "2", "n", "4", "n"):
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    settled(page)
    found = labels(audit)
    assert 1 <= len(found) <= 4
    assert [label.pair_id for label in found] == [item.pair_id for item in audit.queue.items[: len(found)]]
    assert found[0].verdict.score == -2
    # What came while the pair before was still on screen is passed over; the others count in their order.
    later = iter([2, -1, 1])
    assert all(label.verdict.score in later for label in found[1:])


def test_presses_at_once_are_taken_in_their_order(audit, labelling, page):
    begin(page, audit, labelling)
    page.evaluate(
        """() => ["1", "q", "3", "n", "5", "n"].forEach((key) =>
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })))"""
    )
    done(page, 1)
    (label,) = labels(audit)
    assert label.verdict.score == 0
    assert label.verdict.for_refusal != label.verdict.against_refusal


def test_a_key_held_down_counts_once(audit, labelling, page):
    begin(page, audit, labelling)
    press(page, "4")
    for _ in range(5):
        page.keyboard.down("n")
    page.keyboard.up("n")
    done(page, 1)
    assert len(labels(audit)) == 1


def test_typing_in_the_note_labels_nothing(audit, labelling, page):
    begin(page, audit, labelling)
    press(page, "2")
    note = page.get_by_role("textbox", name="Reason or note")
    note.click()
    note.press_sequentially("new answer q 5 xu")
    page.wait_for_timeout(500)
    assert labels(audit) == []
    note.press("Escape")
    expect(note).not_to_be_focused()
    press(page, "n")
    done(page, 1)
    (label,) = labels(audit)
    assert (label.verdict.score, label.note) == (-1, "new answer q 5 xu")


def test_a_problem_with_the_pair_is_chosen_by_key(audit, labelling, page):
    begin(page, audit, labelling)
    press(page, "p", "p", "4", "n")
    done(page, 1)
    assert labels(audit)[0].pair_problem == "not contradictory"


def test_keys_work_again_after_a_problem_was_chosen_by_mouse(audit, labelling, page):
    begin(page, audit, labelling)
    field = page.get_by_role("combobox", name="Problem with the pair")
    # A list that is open closes when the page scrolls.
    field.scroll_into_view_if_needed()
    settled(page)
    field.click()
    page.get_by_role("option").nth(2).click()
    press(settled(page), "1", "n")
    done(page, 1)
    (label,) = labels(audit)
    assert (label.verdict.score, label.pair_problem) == (-2, "not contradictory")


def test_escape_leaves_a_field_whose_list_is_open(audit, labelling, page):
    begin(page, audit, labelling)
    page.get_by_role("combobox", name="Problem with the pair").focus()
    press(page, "ArrowDown", "Escape", "5", "n")
    done(page, 1)
    assert labels(audit)[0].verdict.score == 2


def test_saving_without_a_score_is_refused_with_a_hint(audit, labelling, page):
    begin(page, audit, labelling)
    press(page, "q", "n")
    expect(page.get_by_text("Choose a score first")).to_be_visible()
    expect(page.get_by_role("checkbox", name="First refused")).to_be_checked()
    assert labels(audit) == []


def test_undo_opens_the_pair_before_with_its_fields(audit, labelling, page):
    begin(page, audit, labelling)
    press(page, "2", "q", "n")
    done(page, 1)
    press(page, "u")
    done(page, 0)
    expect(page.get_by_role("checkbox", name="First refused")).to_be_checked()
    press(page, "5", "n")
    done(page, 1)
    found = labels(audit)
    assert [label.note for label in found] == ["", WITHDRAWN, ""]
    assert {label.pair_id for label in found} == {audit.queue.item(0).pair_id}
    assert found[-1].verdict.score == 2
    assert found[-1].verdict.for_refusal or found[-1].verdict.against_refusal


def test_a_label_made_after_the_verdict_was_seen_is_an_override(audit, labelling, page):
    begin(page, audit, labelling)
    press(page, "2", "n")
    done(page, 1)
    page.get_by_text("The pair before: what the judge said").click()
    expect(page.get_by_text("judge@v3", exact=False)).to_be_visible()
    press(page, "u")
    expect(page.get_by_text("You have seen the verdict on this pair.")).to_be_visible()
    press(page, "5", "n")
    expect(page.get_by_text("Say in the note why you change your label")).to_be_visible()
    note = page.get_by_role("textbox", name="Reason or note")
    note.fill("I had misread it.")
    note.press("Escape")
    press(page, "n")
    expect(page.get_by_text("You have seen the verdict on this pair.")).to_have_count(0)
    done(page, 1)
    label, override = labels(audit)
    assert (label.kind, label.blind) == ("label", True)
    assert (override.kind, override.blind) == ("override", False)
    assert override.order == label.order == audit.queue.item(0).order
    assert 0 < override.seconds < 60


def test_a_reload_goes_on_at_the_same_pair(audit, labelling, page):
    begin(page, audit, labelling)
    press(page, "3", "n")
    done(page, 1)
    issue = page.get_by_text(re.compile(r"^Whether rule \d+ should stand")).first.inner_text()
    page.reload()
    done(page, 1)
    assert page.get_by_text(re.compile(r"^Whether rule \d+ should stand")).first.inner_text() == issue


def test_two_tabs_that_label_at_once_lose_nothing(audit, labelling, browser):
    one, other = new_page(browser), new_page(browser)
    begin(one, audit, labelling, "Ada")
    begin(other, audit, labelling, "Bo")
    for _ in range(5):
        one.keyboard.press("1")
        other.keyboard.press("5")
        settled(one), settled(other)
        one.keyboard.press("n")
        other.keyboard.press("n")
        settled(one), settled(other)
    done(one, 5)
    done(other, 5)
    found = labels(audit)
    for author, score in (("Ada", -2), ("Bo", 2)):
        mine = [label for label in found if label.author == author]
        assert [label.pair_id for label in mine] == [item.pair_id for item in audit.queue.items[:5]]
        assert {label.verdict.score for label in mine} == {score}
    one.close()
    other.close()


def test_who_share_the_work_get_different_pairs(audit, labelling, browser):
    one, other = new_page(browser), new_page(browser)
    begin(one, audit, labelling, "Ada", share="1")
    press(one, "1", "n")
    done(one, 1)
    begin(other, audit, labelling, "Bo", share="1")
    press(other, "5", "n")
    done(other, 1)
    assert [(label.author, label.pair_id) for label in labels(audit)] == [
        (author, item.pair_id) for author, item in zip(("Ada", "Bo"), audit.queue.items, strict=False)
    ]
    one.close()
    other.close()


def test_nothing_names_run_judge_or_model_while_one_labels(audit, labelling, page):
    opened(page, f"{labelling}/audit?run=second-run")
    expect(page).to_have_url(re.compile("run=second-run"))
    page.get_by_role("textbox", name="Your name").fill("Ada")
    page.get_by_role("textbox", name="Your name").press("Enter")
    settled(page).get_by_test_id("stMain").get_by_role("button", name="Label", exact=True).first.click()
    expect(page.get_by_role("button", name="Save and next")).to_be_visible(timeout=PATIENCE)
    press(settled(page), "1", "n")
    done(page, 1)
    shown = settled(page).content() + page.title() + page.url
    for name in (*RUNS, f"{JUDGE}@", f"by {JUDGE}", MODEL, escape(MODEL), "inconsistent", "consistent"):
        assert name not in shown
    assert "judgement" not in page.url


def test_the_run_shown_before_comes_back_on_other_pages_and_views(audit, labelling, page):
    opened(page, f"{labelling}/audit?run=first-run&draw={audit.draw.id}&auditor=Ada&view=label")
    expect(page.get_by_role("button", name="Save and next")).to_be_visible(timeout=PATIENCE)
    expect(settled(page)).not_to_have_url(re.compile("run="))
    page.get_by_role("link", name="Pairs").click()
    expect(page.get_by_role("heading", name="Pairs")).to_be_visible()
    expect(settled(page)).to_have_url(re.compile("run=first-run"))
    expect(page.get_by_text(re.compile("^first-run: "))).to_be_visible()
    opened(page, f"{labelling}/audit?run=first-run&draw={audit.draw.id}&auditor=Ada&view=label")
    page.get_by_role("radio", name="What it says").or_(
        page.get_by_role("button", name="What it says")
    ).click()
    expect(settled(page)).to_have_url(re.compile("run=first-run"))
    expect(page).to_have_url(re.compile(f"draw={audit.draw.id}"))


def test_a_copied_link_works_in_a_new_tab_without_a_run(audit, labelling, page):
    begin(page, audit, labelling)
    expect(page).not_to_have_url(re.compile("run="))
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(settled(page)).to_have_url(re.compile("run="))


def test_an_answer_that_changes_while_it_is_read_is_said(audit, labelling, page):
    begin(page, audit, labelling)
    item = audit.queue.item(0)
    press(page, "a")
    change_answer(audit.workspace.path_of(item.run), item.pair_id)
    press(page, "4")
    expect(page.get_by_text("An answer to this pair has changed since it was shown")).to_be_visible()
    expect(page.get_by_text("On second thought, something else.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="First lacks information")).to_be_checked()
    press(page, "n")
    done(page, 1)
    assert labels(audit)[0].verdict.score == 1


def test_on_a_low_window_answers_that_go_on_fade_out_until_they_end(audit, labelling, browser):
    page = new_page(browser, viewport={"width": 1000, "height": 700})
    begin(page, audit, labelling)
    page.get_by_role("button", name="Fold it").click()
    texts = page.locator(".st-key-audit-texts")
    expect(texts).to_have_css("mask-image", re.compile("gradient"), timeout=PATIENCE)
    for _ in range(12):
        page.keyboard.press("PageDown")
    expect(texts).to_have_css("mask-image", "none")
    page.close()


def test_texts_and_fields_share_a_window_that_has_room_for_both(audit, labelling, browser):
    page = new_page(browser, viewport={"width": 1400, "height": 900})
    begin(page, audit, labelling)
    page.get_by_role("button", name="Fold it").click()
    expect(page.get_by_text(re.compile("^Esc leave|leave a field"))).to_be_in_viewport(timeout=PATIENCE)
    expect(page.locator(".st-key-audit-texts")).to_be_in_viewport()
    page.close()
