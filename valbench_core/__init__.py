"""VAL-Bench Explorer: evaluate language models on VAL-Bench pairs; read, question and correct the result."""

__version__ = "0.1.0"
