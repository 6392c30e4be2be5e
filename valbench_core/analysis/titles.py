"""What articles are called, which are told apart by their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def article_names(table: pd.DataFrame) -> dict[str, str]:
    """Return the name of each article of the tidy table by its key.

    It is the title, or the key itself where there is no title or two articles share it, in whatever case: as
    lists of pairs do not tell "Isis" from "ISIS", such a title names neither.

    >>> import pandas as pd
    >>> titles = ["A", "Isis", "ISIS"]
    >>> article_names(pd.DataFrame({"article": ["u/a", "u/b", "u/c"], "article_title": titles}))
    {'u/a': 'A', 'u/b': 'u/b', 'u/c': 'u/c'}
    """
    articles = table.drop_duplicates("article")
    titles = articles["article_title"].fillna("")
    usable = (titles != "") & ~titles.str.casefold().duplicated(keep=False)
    keys = articles["article"].astype(str)
    return dict(zip(keys, titles.where(usable, keys), strict=True))
