"""What hand checks say of a judge, the settling of what auditors disagree on, and labels in and out."""

from __future__ import annotations

from pages.parts.audited.exchange import show_exchange
from pages.parts.audited.result import show_result

__all__ = ["show_exchange", "show_result"]
