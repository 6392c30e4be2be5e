"""What the page that compares runs is made of."""
