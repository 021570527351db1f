"""K nearest neighbours on block features: the features, the exact search, the votes and a study of the accuracy."""
