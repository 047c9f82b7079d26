"""How does the trained network become a file that onnxruntime reads?"""

import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from nlu.deep.network import Network
from nlu.windows import TOKENS


def to_onnx(network: Network, path: Path, keep_second_matrix: bool = True) -> None:
    """Eight bits per channel; the second feed-forward matrices stay in full where that is wanted (21 MB more)."""
    network = network.float().eval()
    network.positions = torch.nn.Embedding.from_pretrained(network.positions.weight[:TOKENS].detach().clone())
    ids = torch.ones((2, 8), dtype=torch.long)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        with torch.no_grad():
            torch.onnx.export(
                network, (ids, torch.ones_like(ids)), str(full), input_names=["ids", "attention"],
                output_names=["answers", "vector"], opset_version=17, dynamo=False,
                dynamic_axes={"ids": {0: "batch", 1: "length"}, "attention": {0: "batch", 1: "length"}})
        spared = []
        if keep_second_matrix:
            spared = [node.name for node in onnx.load(str(full)).graph.node
                      if node.op_type == "MatMul" and "/outer/" in node.name]
            if len(spared) != len(network.layers):
                raise RuntimeError(f"expected one second matrix a layer, found {len(spared)}")
        quantize_dynamic(str(full), str(path), weight_type=QuantType.QInt8, per_channel=True,
                         nodes_to_exclude=spared)
    unsigned(path)


def unsigned(path: Path) -> None:
    """The same numbers with weights from 0 to 255 around 128, so that every processor computes the same.

    Signed eight-bit weights overflow unseen on x86-64 without VNNI (onnxruntime, "Quantize ONNX models", when and why
    to try U8U8): a third of a logit on average, at five per cent less time.
    """
    model = onnx.load(str(path))
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    products = (node for node in model.graph.node if node.op_type == "MatMulInteger")
    for name in {name for node in products for name in (node.input[1], node.input[3])}:
        values = numpy_helper.to_array(stored[name])
        if values.dtype == np.int8:
            moved = (values.astype(np.int16) + 128).astype(np.uint8)
            stored[name].CopyFrom(numpy_helper.from_array(moved, name))
    onnx.save(model, str(path))
