"""Labelling by hand: draws and how to make one, the pair that is labelled, its fields and keys."""
