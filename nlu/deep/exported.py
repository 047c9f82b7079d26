"""Which weights does an encoder that was exported carry?"""

import re
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

_LAYER = re.compile(r"^/(layers\.\d+/\w+)/MatMul(?:_quant)?$")
_ANSWERS = "/answers/Gemm_MatMul_quant"
_SECOND_INPUT = 1


def weights(path: Path) -> dict[str, torch.Tensor]:
    """Layers and answers by the network's own names, the eight-bit ones read back to within their rounding.

    Word vectors and positions are left out: they are never trained. Raises KeyError for a file of another build.
    """
    graph = onnx.load(str(path)).graph
    stored = {tensor.name: tensor for tensor in graph.initializer}

    def array(name: str) -> np.ndarray:
        return numpy_helper.to_array(stored[name])

    def matrix(name: str) -> np.ndarray:
        if not name.endswith("_quantized"):
            return array(name)
        plain = name.removesuffix("_quantized")
        zero = array(f"{plain}_zero_point").astype(np.float32)
        return (array(name).astype(np.float32) - zero) * array(f"{plain}_scale").astype(np.float32)

    found = {name: array(name) for name in stored if name.startswith("layers.") or name == "answers.bias"}
    for node in graph.node:
        layer = _LAYER.match(node.name)
        if layer or node.name == _ANSWERS:
            name = layer[1].replace("/", ".") if layer else "answers"
            found[f"{name}.weight"] = matrix(node.input[_SECOND_INPUT]).T
    return {name: torch.from_numpy(np.array(value, order="C")) for name, value in found.items()}
