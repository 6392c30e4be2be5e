"""What the page of rationales is made of."""
