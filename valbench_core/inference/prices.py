"""What calls cost: prices given by the user, else those of the maintained `genai-prices` table; unknown stays unknown."""

from __future__ import annotations

from dataclasses import dataclass

from valbench_core.schema import Usage


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    output: float
    source: str
    """Where the price comes from, for the manifest: `given`, or the name and version of the table."""

    def cost(self, usage: Usage) -> float:
        """Return what a call of that usage costs, in US dollars.

        >>> Price(2.0, 8.0, "given").cost(Usage(input_tokens=1000, output_tokens=500))
        0.006
        """
        return (usage.input_tokens * self.input + usage.output_tokens * self.output) / 1e6


def find_price(model: str, base_url: str, given: tuple[float, float] | None = None) -> Price | None:
    """Return the price of a model: as given (input, output), else from the table, else None."""
    if given is not None:
        return Price(*given, source="given")
    from genai_prices import Usage as Tokens
    from genai_prices import __version__, calc_price

    try:
        # A thousand tokens at a time: some tables charge more for calls above 200,000.
        million_in, million_out = (
            1_000 * float(calc_price(Tokens(**{kind: 1_000}), model, provider_api_url=base_url).total_price)
            for kind in ("input_tokens", "output_tokens")
        )
    except LookupError:
        return None
    return Price(million_in, million_out, f"genai-prices {__version__}")
