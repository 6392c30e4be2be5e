"""What the page of topics is made of."""
