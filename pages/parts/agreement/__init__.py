"""The page on which the judgements of one run are held against each other, in parts."""
