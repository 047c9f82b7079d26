"""How does the network turn word pieces into answers?"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from nlu import heads
from nlu.deep.base import BaseFile, Shape

_SCALE = 4.0            # of the pooled vector, so that heads start in a useful range


class Layer(nn.Module):
    """One transformer layer, normalised after each part, as in BERT."""

    def __init__(self, shape: Shape, dropout: float):
        super().__init__()
        self.heads, self.dropout = shape.heads, dropout
        self.query_key_value = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.attended = nn.Linear(shape.hidden, shape.hidden)
        self.after_attention = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.inner = nn.Linear(shape.hidden, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.hidden)
        self.after_inner = nn.LayerNorm(shape.hidden, shape.epsilon)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        batch, length, hidden = x.shape
        size = hidden // self.heads
        query, key, value = (part.reshape(batch, length, self.heads, size).transpose(1, 2)
                             for part in self.query_key_value(x).split(hidden, -1))
        if torch.onnx.is_in_onnx_export():
            weight = torch.softmax(query @ key.transpose(-1, -2) / size ** 0.5 + mask, -1)
            seen = weight @ value
        else:
            seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask.to(query.dtype))
        seen = self.attended(seen.transpose(1, 2).reshape(batch, length, hidden))
        x = self.after_attention(x + functional.dropout(seen, self.dropout, self.training))
        inner = self.outer(functional.gelu(self.inner(x)))
        return self.after_inner(x + functional.dropout(inner, self.dropout, self.training))


class Network(nn.Module):
    """Encoder with frozen word vectors and one linear map to all heads."""

    def __init__(self, shape: Shape, words: int, dropout: float = 0.1):
        super().__init__()
        self.words = nn.Embedding(words, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.start = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.dropout = nn.Dropout(dropout)
        self.answers = nn.Linear(shape.hidden, heads.WIDTH)

    def forward(self, ids: torch.Tensor, attention: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits [batch, heads.WIDTH] and the pooled vector [batch, hidden]."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.start(self.words(ids) + self.positions(places)[None])
        mask = (1.0 - attention.float())[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        weight = attention.float()[..., None]
        pooled = (x.float() * weight).sum(1) / weight.sum(1)
        return self.answers(self.dropout(pooled * _SCALE)), pooled

    def take_weights(self, base: BaseFile, kept: np.ndarray) -> None:
        """The weights of the base file, of its words only those kept."""
        hidden, inner = base.shape.hidden, base.shape.inner

        def put(parameter: torch.Tensor, *arrays: np.ndarray) -> None:
            parameter.copy_(torch.from_numpy(np.concatenate(arrays)))

        def norm(module: nn.LayerNorm, name: str) -> None:
            put(module.weight, base.tensor(f"{name}.w", hidden))
            put(module.bias, base.tensor(f"{name}.b", hidden))

        with torch.no_grad():
            put(self.words.weight, base.tensor("emb.word", base.shape.words, hidden)[kept])
            put(self.positions.weight, base.tensor("emb.pos", base.shape.positions, hidden)
                + base.tensor("emb.type", hidden))
            norm(self.start, "emb.ln")
            for i, layer in enumerate(self.layers):
                put(layer.query_key_value.weight, *(base.tensor(f"l{i}.{x}.w", hidden, hidden) for x in "qkv"))
                put(layer.query_key_value.bias, *(base.tensor(f"l{i}.{x}.b", hidden) for x in "qkv"))
                put(layer.attended.weight, base.tensor(f"l{i}.ao.w", hidden, hidden))
                put(layer.attended.bias, base.tensor(f"l{i}.ao.b", hidden))
                put(layer.inner.weight, base.tensor(f"l{i}.fi.w", inner, hidden))
                put(layer.inner.bias, base.tensor(f"l{i}.fi.b", inner))
                put(layer.outer.weight, base.tensor(f"l{i}.fo.w", hidden, inner))
                put(layer.outer.bias, base.tensor(f"l{i}.fo.b", hidden))
                norm(layer.after_attention, f"l{i}.aln")
                norm(layer.after_inner, f"l{i}.oln")
