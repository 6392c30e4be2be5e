"""One pair: its issue, both sides, the verdict, labels, evidence, and the list it stands in."""
