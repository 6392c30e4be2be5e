"""The filters of a list of pairs: widgets whose state is the URL's."""
