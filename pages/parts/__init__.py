"""What pages share: data and its caches, sidebar, links, notices, tiles, filters and the view of a pair."""
