"""K nearest neighbours on block features: neighbours, distances and votes."""
