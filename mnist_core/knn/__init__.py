"""K nearest neighbours on block features: neighbours, distances and votes."""

from mnist_core.knn.classifier import K_DRAWINGS, KNN, for_drawings
from mnist_core.knn.votes import Neighbours

__all__ = ["KNN", "K_DRAWINGS", "Neighbours", "for_drawings"]
