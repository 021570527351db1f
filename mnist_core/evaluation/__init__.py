"""How well a network, or K nearest neighbours, reads digits that it has not seen."""
