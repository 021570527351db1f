"""A network as an ONNX file, for programs without PyTorch: from the pixels of an image to probabilities."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import NodeProto, TensorProto, helper, numpy_helper
from torch import nn

from mnist_core.config import Loss
from mnist_core.training.views import VIEWS, AveragedNetwork, sampling_grid

INPUT, OUTPUT = "images", "probabilities"
DESCRIPTION = (
    f"Input '{INPUT}': uint8, n x 28 x 28, light on black, from 0 to 255, any number n of images; they are normalised "
    f"inside. Output '{OUTPUT}': float32, n x classes, the probabilities of the "
    "classes; each row sums to 1."
)
_OPSET, _IR_VERSION = 20, 9  # of ONNX 1.15, the first with GELU
_ACTIVATIONS = {nn.ReLU: "Relu", nn.Tanh: "Tanh", nn.Sigmoid: "Sigmoid", nn.GELU: "Gelu"}


def write_onnx(network: AveragedNetwork, metadata: Mapping[str, str], class_names: Sequence[str]) -> bytes:
    """An ONNX model whose input and output are as `DESCRIPTION` says, which it carries beside the metadata.

    Its metadata also have `class_names` as a JSON list in the order of the output. Built layer by layer, since
    `torch.onnx.export` takes seconds and 250 MB for it, and fixes the number of images where views are averaged.
    """
    graph, (mean, std) = _Graph(), network.normalisation
    pixels = graph.add("Reshape", graph.add("Cast", INPUT, to=TensorProto.FLOAT), graph.constant([-1, 784]))
    inputs = graph.add("Sub", graph.add("Mul", pixels, graph.float32(1 / (255 * std))), graph.float32(mean / std))
    # All views of all images as one batch.
    values = graph.add("Concat", inputs, *_other_views(graph, inputs, -mean / std, network.readings), axis=0)
    for layer in network:
        values = _add_layer(graph, layer, values)
    by_view = graph.add("Reshape", values, graph.constant([network.readings, -1, 10]))
    classes = len(class_names)
    graph.add("Identity", _add_probabilities(graph, by_view, network.loss, classes), output=OUTPUT)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "digits",
            [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["n", 28, 28])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", classes])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="Digit Lab",
        doc_string=DESCRIPTION,
    )
    helper.set_model_props(model, {**metadata, "class_names": json.dumps(class_names)})
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


class _Graph:
    """Nodes and constants of a model in the making; each is called by a name of its own."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add a node and return the name of its output."""
        output = output or f"{operator.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def constant(self, values: ArrayLike) -> str:
        """Add a constant of the type of the values, int64 for whole numbers, and return its name."""
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(values), name))
        return name

    def float32(self, values: ArrayLike) -> str:
        return self.constant(np.array(values, np.float32))


def _other_views(graph: _Graph, inputs: str, black: float, readings: int) -> Sequence[str]:
    """The views that a network averages besides the image as it is, (n, 784) each; `black` is of normalised images."""
    if readings == 1:
        return []
    background = graph.float32(black)
    ink = graph.add("Reshape", graph.add("Sub", inputs, background), graph.constant([-1, 1, 28, 28]))
    count = graph.add("Shape", inputs, end=1)
    shape = graph.add("Concat", count, graph.constant([28, 28, 2]), axis=0)
    views = []
    for view in VIEWS[1:readings]:
        grid = graph.add("Expand", graph.float32(sampling_grid(view).numpy()), shape)
        seen = graph.add("GridSample", ink, grid, align_corners=0)
        views.append(graph.add("Add", graph.add("Reshape", seen, graph.constant([-1, 784])), background))
    return views


def _add_layer(graph: _Graph, layer: nn.Module, values: str) -> str:
    """The output of a layer as it is when it reads."""
    weights = [graph.float32(tensor.detach().cpu().numpy()) for tensor in layer.parameters()]
    match layer:
        case nn.Linear():
            return graph.add("Gemm", values, *weights, transB=1)
        case nn.Conv2d():
            return graph.add("Conv", values, *weights, pads=2 * list(layer.padding))
        case nn.BatchNorm2d(running_mean=mean, running_var=variance):
            assert mean is not None
            assert variance is not None
            statistics = [graph.float32(tensor.cpu().numpy()) for tensor in (mean, variance)]
            return graph.add("BatchNormalization", values, *weights, *statistics, epsilon=layer.eps)
        case nn.MaxPool2d(kernel_size=side):
            return graph.add("MaxPool", values, kernel_shape=[side, side], strides=[side, side])
        case nn.Unflatten():
            return graph.add("Reshape", values, graph.constant([-1, *layer.unflattened_size]))
        case nn.Flatten():
            return graph.add("Flatten", values)
        case _:
            return graph.add(_ACTIVATIONS[type(layer)], values)


def _add_probabilities(graph: _Graph, outputs: str, loss: Loss, classes: int) -> str:
    """The mean answer (n, classes) for the outputs (readings, n, 10), as `networks.probabilities` computes it."""
    answers = graph.add("Softmax", outputs, axis=2) if loss == "cross_entropy" else outputs
    mean = graph.add("ReduceMean", answers, graph.constant([0]), keepdims=0)
    if classes < 10:  # the other outputs stand for nothing
        mean = graph.add("Slice", mean, *(graph.constant([number]) for number in (0, classes, 1)))
    elif loss == "cross_entropy":
        return mean
    if loss == "mse":
        largest = graph.add("ArgMax", mean, axis=1, keepdims=0)
        little = graph.add("OneHot", largest, graph.constant(classes), graph.float32([0, 1e-6]), axis=1)
        mean = graph.add("Max", graph.add("Relu", mean), little)
    return graph.add("Div", mean, graph.add("ReduceSum", mean, graph.constant([1]), keepdims=1))
