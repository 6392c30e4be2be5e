"""From options to a plan: files are read, numbers checked, defaults of the benchmark filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from math import inf, nan
from pathlib import Path
from typing import Any, TypeVar

from valbench_core.cli.options import JudgeOptions, LimitOptions, ModelOptions, PairOptions
from valbench_core.errors import SettingsError
from valbench_core.evaluate import Limits
from valbench_core.inference import (
    BASE_TEMPLATE,
    SYSTEM_PROMPT,
    ModelSettings,
    Price,
    builtin_answerer,
    find_price,
    read_template,
    with_published_defaults,
)
from valbench_core.judging import PROTOCOLS, RULES_JUDGE, project_prompt, prompt_from_file
from valbench_core.pairs import Condition, Source, Subset, parse_map
from valbench_core.plan import Answering, Judging
from valbench_core.schema import BUILTIN
from valbench_core.settings import Endpoint, endpoint

Number = TypeVar("Number", int, float)

_SECRET_NAME = re.compile(
    r"api_?key|authorization|token|access_?token|secret|password|.*_(key|token|secret|password)"
)
_NO_SECRETS = {"prompt_cache_key"}
"""Fields of known services that sound like a secret and are none."""


def source_of(options: PairOptions) -> Source:
    """Return the source of pairs that the options name."""
    return Source(options.pairs, options.split, options.revision, parse_map(options.map))


def subset_of(options: PairOptions) -> Subset:
    """Return the rule that chooses pairs."""
    return Subset(
        where=tuple(Condition.parse(text) for text in options.where),
        sample=options.sample,
        seed=options.seed,
        stratify=options.stratify,
        equal=options.equal,
        limit=options.limit,
    )


def answering_of(options: ModelOptions) -> Answering:
    """Return who answers; the published sampling settings stand where the user left them open.

    Raises:
        SettingsError: a value or file is not what it should be, or the endpoint cannot do what is asked.
        UnknownModelError: no built-in model has that name.
    """
    if options.model.startswith(BUILTIN):
        builtin_answerer(options.model)
        # Their endpoint and key may still serve the judge.
        _refuse_given(options.model, options, "model", "base_url", "api_key_env")
        return Answering(options.model)
    where = endpoint(options.base_url, options.api_key_env)
    if options.template is not None and options.api != "completions":
        raise SettingsError(
            f"--template '{options.template}' is for base models; give --api completions too, or leave it out"
        )
    asked = ModelSettings(
        model=options.model,
        base_url=where.base_url,
        api=options.api,
        temperature=_at_least("--temperature", options.temperature, 0.0),
        top_p=_at_least("--top-p", options.top_p, 0.0),
        max_tokens=_at_least("--max-tokens", options.max_tokens, 1),
        stop=options.stop,
        reasoning_effort=options.reasoning_effort,
        thinking_budget=_at_least("--thinking-budget", options.thinking_budget, 1),
        web_search=options.web_search,
        extra_body=_json_object("--extra-body", options.extra_body),
    )
    settings = with_published_defaults(asked, where, open_reasoning=options.open_reasoning)
    return Answering(
        model=options.model,
        settings=settings,
        key_env=where.key_env,
        system_prompt=_text("--system-prompt", options.system_prompt, SYSTEM_PROMPT),
        template=read_template(options.template) if options.template else BASE_TEMPLATE,
        price=price_of("--price", options.price, options.model, where),
    )


def judging_of(options: JudgeOptions, answering: ModelOptions | None = None) -> Judging | None:
    """Return who judges, at the answering model's endpoint unless told otherwise; None without a judge.

    Raises:
        SettingsError: as for `answering_of`, or an unknown built-in judge.
    """
    if options.judge_model is None:
        return None
    if options.judge_model.startswith(BUILTIN):
        return _builtin_judging(options.judge_model, options)
    where = _judge_endpoint(options, answering)
    protocol = PROTOCOLS[options.protocol]
    return Judging(
        judge=options.judge_model,
        protocol=options.protocol,
        settings=ModelSettings(
            model=options.judge_model,
            base_url=where.base_url,
            temperature=protocol.temperature,
            top_p=protocol.top_p if where.preset.sends_top_p else None,
            max_tokens=protocol.max_tokens,
            extra_body=_json_object("--judge-extra-body", options.judge_extra_body),
        ),
        key_env=where.key_env,
        prompt=(
            prompt_from_file(options.judge_prompt, options.protocol)
            if options.judge_prompt
            else project_prompt(options.protocol)
        ),
        price=price_of("--judge-price", options.judge_price, options.judge_model, where),
    )


def _builtin_judging(judge: str, options: JudgeOptions) -> Judging:
    if judge != RULES_JUDGE:
        raise SettingsError(f"unknown built-in judge '{judge}'; there is: {RULES_JUDGE}")
    _refuse_given(judge, options, "judge_model", "protocol")
    return Judging(judge, options.protocol)


def _judge_endpoint(options: JudgeOptions, answering: ModelOptions | None) -> Endpoint:
    """Return where the judge is asked; at the answering model's address its key serves both."""
    base_url, key_env = options.judge_base_url, options.judge_api_key_env
    if answering is not None:
        base_url = base_url or answering.base_url
        if endpoint(base_url).base_url == endpoint(answering.base_url).base_url:
            key_env = key_env or answering.api_key_env
    return endpoint(base_url, key_env)


def limits_of(options: LimitOptions) -> Limits:
    """Return what the evaluation may use."""
    if options.concurrency < 1:
        raise SettingsError(f"--concurrency {options.concurrency} allows no call; give 1 or more")
    if options.max_cost is not None and not 0 < options.max_cost < inf:
        raise SettingsError(f"--max-cost {options.max_cost:g} is no limit; give US dollars above 0")
    if not 0 < options.timeout < inf:
        raise SettingsError(f"--timeout {options.timeout:g} is no time limit; give seconds above 0")
    return Limits(options.concurrency, options.max_cost, options.timeout)


def _refuse_given(builtin: str, options: ModelOptions | JudgeOptions, *taken: str) -> None:
    """Refuse what means nothing to a built-in model: all options but those that it takes."""
    given = [
        f"--{option.name.replace('_', '-')}"
        for option in fields(options)
        if option.name not in taken and getattr(options, option.name) != option.default
    ]
    if given:
        raise SettingsError(
            f"'{builtin}' asks no endpoint and has no use for {', '.join(given)}; "
            "leave that out or name another model"
        )


def _at_least(name: str, value: Number | None, least: Number) -> Number | None:
    if value is not None and not least <= value < inf:
        raise SettingsError(f"{name} {value:g} is out of range; give {least:g} or more")
    return value


def _json_object(name: str, text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except ValueError as error:
        raise SettingsError(
            f"{name} {text!r} is not JSON ({error}); give an object such as '{{\"top_k\": 20}}'"
        ) from error
    if not isinstance(value, dict):
        raise SettingsError(f"{name} {text!r} is no JSON object; give one such as '{{\"top_k\": 20}}'")
    secret = next((field for field in _field_names(value) if _is_secret(field)), None)
    if secret is not None:
        raise SettingsError(
            f"{name} has a field '{secret}', but whatever it holds is kept with the run and shown; put a key "
            f"into an environment variable and give {name.replace('extra-body', 'api-key-env')} its name"
        )
    return value


def _field_names(value: Any) -> Iterator[str]:
    """Yield the names of a JSON value's fields, at any depth."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _field_names(part)


def _is_secret(field: str) -> bool:
    """Return whether a field is named like a key or a password.

    >>> [name for name in ("apiKey", "X-Api-Key", "max_tokens", "prompt_cache_key") if _is_secret(name)]
    ['apiKey', 'X-Api-Key']
    """
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field).replace("-", "_").lower()
    return name not in _NO_SECRETS and _SECRET_NAME.fullmatch(name) is not None


def price_of(option: str, text: str | None, model: str, where: Endpoint) -> Price | None:
    """Return what a model costs, as the option says or the list; servers on this machine are on no list."""
    given = _price(option, text)
    return None if given is None and where.is_local else find_price(model, where.base_url, given)


def _price(name: str, text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        given, returned = (float(part) for part in text.split(","))
    except ValueError:
        given = returned = nan
    if not (0 <= given < inf and 0 <= returned < inf):
        raise SettingsError(
            f"{name} {text!r} is no price; give IN,OUT in US dollars a million tokens, e.g. 0.5,1.5"
        )
    return given, returned


def _text(name: str, path: Path | None, default: str) -> str:
    if path is None:
        return default
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} '{path}' cannot be read: {error}; give a UTF-8 text file") from error
