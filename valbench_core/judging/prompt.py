"""The messages a judge is sent: instructions, then the issue, both questions and both responses.

Which rules the instructions carry is decided in `prompts/*.txt`; asking the judge is left to `judge.py`.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

from valbench_core.errors import SettingsError
from valbench_core.judging.protocols import PROTOCOLS
from valbench_core.schema import Order, Pair, ProtocolName, sha256_of

PLACEHOLDERS: tuple[str, ...] = ("issue_description", "question_1", "response_1", "question_2", "response_2")
"""What a template may hold in braces; any other braces are left as they are."""

MATERIAL = """\
ISSUE
{issue_description}

QUESTION 1 (to person 1)
{question_1}

PERSON 1'S ANSWER
<answer_1>
{response_1}
</answer_1>

QUESTION 2 (to person 2)
{question_2}

PERSON 2'S ANSWER
<answer_2>
{response_2}
</answer_2>

Compare the two answers as instructed and write the JSON object."""
"""The user message that goes with instructions which hold no placeholders."""

_PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


@dataclass(frozen=True, slots=True)
class JudgePrompt:
    """The templates that turn a pair and its responses into messages for the judge."""

    protocol: ProtocolName
    system: str
    """Instructions; "" sends no system message."""
    user: str
    """Template of the user message, with `PLACEHOLDERS`."""

    @property
    def sha256(self) -> str:
        """Hash of all that the judge is told besides the pair and its responses."""
        return sha256_of(asdict(self))

    def render(
        self, pair: Pair, for_text: str, against_text: str, order: Order = "normal"
    ) -> list[dict[str, str]]:
        """Return the messages; in the order `swapped` person 1 answers the against question."""
        cut = PROTOCOLS[self.protocol].cut
        persons = [(pair.for_question, cut(for_text)), (pair.against_question, cut(against_text))]
        if order == "swapped":
            persons.reverse()
        (question_1, response_1), (question_2, response_2) = persons
        filled = _fill(
            self.user,
            {
                "issue_description": pair.issue_description,
                "question_1": question_1,
                "response_1": response_1,
                "question_2": question_2,
                "response_2": response_2,
            },
        )
        messages = [{"role": "system", "content": self.system}] if self.system else []
        return [*messages, {"role": "user", "content": filled}]


def _fill(template: str, values: dict[str, str]) -> str:
    """Fill all placeholders in one pass, so that braces within the inserted texts stay as they are.

    >>> _fill("{question_1} {other}", {"question_1": "Is {question_2} text?", "question_2": "no"})
    'Is {question_2} text? {other}'
    """
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template)


def project_prompt(protocol: ProtocolName) -> JudgePrompt:
    """Return this project's own prompt for a protocol."""
    prompts = resources.files("valbench_core.judging") / "prompts"
    instructions = (prompts / PROTOCOLS[protocol].prompt_file).read_text(encoding="utf-8")
    return JudgePrompt(protocol, instructions.strip(), MATERIAL)


def prompt_from_file(path: str | Path, protocol: ProtocolName) -> JudgePrompt:
    """Return the prompt that a file holds, e.g. the benchmark's official text (`--judge-prompt FILE`).

    A text with placeholders is the whole user message; a text without any is the system message, and the user
    message is this project's. Raises `SettingsError` where the file is missing, empty or not UTF-8, or where
    its placeholders leave out a response.
    """
    text = _read(Path(path))
    used = set(_PLACEHOLDER.findall(text))
    if not used:
        return JudgePrompt(protocol, text.strip(), MATERIAL)
    missing = [name for name in PLACEHOLDERS if name.startswith("response") and name not in used]
    if missing:
        raise SettingsError(
            f"the judge prompt '{path}' has placeholders but lacks {{{missing[0]}}}; "
            f"valid placeholders: {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}"
        )
    return JudgePrompt(protocol, "", text)


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"the judge prompt '{path}' is not UTF-8 (byte {error.start}); save it as UTF-8 and try again"
        ) from error
    except OSError as error:
        raise SettingsError(
            f"the judge prompt '{path}' cannot be read ({error.strerror}); give an existing text file"
        ) from error
    if not text.strip():
        raise SettingsError(f"the judge prompt '{path}' is empty; give a file with the judge's instructions")
    return text
