"""What the Sweep page is made of."""
