"""A network small enough to read, as a real LiteRT file made in milliseconds.

It answers by the average colour of a photo: the more blue than red, the more of the second
class. Its feature map has the three colours as features, averaged over a 2 by 2 grid.
"""

from __future__ import annotations

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from pipeline.network.litert_graph import Graph
from pipeline.network.names import HEAD_BIAS, HEAD_KERNEL

SIDE_PX = 96


def colour_network(num_classes: int = 2, side_px: int = SIDE_PX, answer: str = "logits") -> bytes:
    """The file: "photos" `(n, S, S, 3)` to "logits" (or `answer`), "feature_map" and "pooled".

    With two classes the logit is (blue - red) / 10 of the average colour; with more, class
    0, 1, 2 answer with the amount of red, green and blue divided by 10, and others with 0.
    """
    if num_classes == 2:
        kernel = np.array([[-0.1, 0.0, 0.1]], np.float32)
    else:
        kernel = np.zeros((num_classes, 3), np.float32)
        kernel[range(3), range(3)] = 0.1
    graph = Graph()
    photos = graph.input("photos", (side_px, side_px, 3))
    pooling = schema.Pool2DOptionsT()
    pooling.filterHeight = pooling.filterWidth = side_px // 2
    pooling.strideH = pooling.strideW = side_px // 2
    pooling.padding = schema.Padding.VALID
    feature_map = graph.operation("AVERAGE_POOL_2D", [photos], "map", (2, 2, 3), pooling)
    axes = graph.constant("axes", np.array([1, 2], np.int32))
    pooled = graph.operation("MEAN", [feature_map, axes], "pooled", (3,), schema.ReducerOptionsT())
    weights = graph.constant(HEAD_KERNEL, kernel)
    offset = graph.constant(HEAD_BIAS, np.zeros(len(kernel), np.float32))
    dense = schema.FullyConnectedOptionsT()
    inputs = [pooled, weights, offset]
    logits = graph.operation("FULLY_CONNECTED", inputs, "logits", (len(kernel),), dense)
    return graph.pack({answer: logits, "feature_map": feature_map, "pooled": pooled})
