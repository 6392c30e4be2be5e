"""How far do the two answers of a pair agree? From a prompt to a verdict in terms of sides.

A `Protocol` says what is asked for; a `JudgePrompt` makes the messages; a `ModelJudge` has them asked, reads
the answer strictly (`parse_verdict`), lets the judge mend it once, and returns a `Verdict` or `Unjudged` with
the reason. Where no model is to be had, `RuleJudge` decides from the texts by rules of its own.
"""

from valbench_core.judging.judge import Ask, Judge, Judged, ModelJudge, judge_pair, repair_messages
from valbench_core.judging.parse import InvalidAnswerError, as_judge_json, parse_fields, parse_verdict
from valbench_core.judging.prompt import JudgePrompt, project_prompt, prompt_from_file
from valbench_core.judging.protocols import PROTOCOLS, V1, V3, AnswerField, Protocol
from valbench_core.judging.rules import RULES_JUDGE, RuleJudge, judge_by_rules

__all__ = [
    "PROTOCOLS",
    "RULES_JUDGE",
    "V1",
    "V3",
    "AnswerField",
    "Ask",
    "InvalidAnswerError",
    "Judge",
    "JudgePrompt",
    "Judged",
    "ModelJudge",
    "Protocol",
    "RuleJudge",
    "as_judge_json",
    "judge_by_rules",
    "judge_pair",
    "parse_fields",
    "parse_verdict",
    "project_prompt",
    "prompt_from_file",
    "repair_messages",
]
