"""One choice among few, kept in the URL, which leaves out the usual one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.filters.url import asked, say, write


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen, and how it is called."""

    label: str
    key: str
    """In the URL."""
    words: Mapping[str, str]
    """The choices, in the URL, and the words for them."""
    usual: str
    help: str | None = None
    forget: tuple[str, ...] = ()
    """Keys of the URL that mean something of the choice that is left."""

    def asked(self) -> str:
        """Return what the URL asks for; say where there is no such choice."""
        wanted = next(iter(asked(self.key)), self.usual)
        if wanted in self.words:
            return wanted
        say(
            f"“{self.label}” has no such choice; it stays at “{self.words[self.usual]}”. The link asks for:",
            wanted,
        )
        return self.usual

    def offer(self, place: DeltaGenerator, chosen: str) -> None:
        """Show what is chosen, and let people choose."""
        widget = f"clusters {self.key}"
        st.session_state[widget] = chosen
        place.selectbox(
            self.label,
            list(self.words),
            format_func=self.words.__getitem__,
            key=widget,
            help=self.help,
            on_change=self._write(widget),
        )

    def _write(self, widget: str) -> Callable[[], None]:
        def write_choice() -> None:
            value = st.session_state[widget]
            write(self.key, [] if value == self.usual else [value])
            for other in self.forget:
                write(other, ())

        return write_choice
