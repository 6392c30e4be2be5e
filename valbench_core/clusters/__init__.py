"""Vectors and texts in, groups and positions out: nothing here knows a disk, a network or a model."""

__all__: list[str] = []
