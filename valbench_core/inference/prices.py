"""What calls cost: prices the user gave, else those of the maintained `genai-prices` table; else unknown."""

from __future__ import annotations

from dataclasses import dataclass

from valbench_core.schema import Usage


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens, and for a call."""

    input: float
    output: float
    source: str
    """Where the price comes from, for the manifest: `given`, or the name and version of the table."""
    call: float = 0.0
    """US dollars for each call, whatever its tokens: some services that search the web ask for it."""

    def cost(self, usage: Usage) -> float:
        """Return what a call of that usage costs, in US dollars.

        >>> Price(2.0, 8.0, "given").cost(Usage(input_tokens=1000, output_tokens=500))
        0.006
        """
        return (usage.input_tokens * self.input + usage.output_tokens * self.output) / 1e6 + self.call


def find_price(model: str, base_url: str, given: tuple[float, float] | None = None) -> Price | None:
    """Return the price of a model: as given (input, output), else from the table, else None."""
    if given is not None:
        return Price(*given, source="given")
    from genai_prices import Usage as Tokens
    from genai_prices import __version__, calc_price

    # A thousand tokens at a time: some tables charge more for calls above 200,000.
    tokens = Tokens(input_tokens=1_000, output_tokens=1_000)
    try:
        found = calc_price(tokens, model, provider_api_url=base_url)
    except LookupError:
        return None
    call = found.total_price - found.input_price - found.output_price
    per_million = (1_000 * float(found.input_price), 1_000 * float(found.output_price))
    return Price(*per_million, source=f"genai-prices {__version__}", call=float(call))
