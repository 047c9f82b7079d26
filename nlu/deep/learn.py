"""How is the network fitted to the labelled messages?"""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch.nn import functional

from nlu import heads
from nlu.deep.augment import Sample, samples
from nlu.deep.network import Network
from nlu.tokenizer import Tokenizer
from nlu.training_data import Example
from nlu.windows import windows, with_history

log = logging.getLogger(__name__)

WEIGHTS = {"danger": 1.0, "risk": 1.0, "topic": 1.2, "topics": 4.0, "faq": 1.2, "human": 1.5, "audience": 0.6,
           "talk": 0.6}
_PROGRESS = 50          # steps between two lines of the log
_CHUNK = 32             # batches that are sorted by length together


@dataclass(frozen=True)
class Settings:
    """Everything that was chosen; the defaults are what the shipped encoder was trained with."""

    epochs: int = 3
    batch: int = 16
    rate: float = 1.5e-4
    frozen: int = 3             # lowest layers that stay as they are: a sixth of the time
    layer_decay: float = 0.9
    head_rate: float = 1e-3
    warm_up: float = 0.08
    smoothing: float = 0.03
    average: float = 0.998      # of the weights over the steps; the average is what is kept
    letters: float = 0.2
    seed: int = 1


def cut(tokenizer: Tokenizer, sample: Sample) -> list[list[int]]:
    """The stretches of a sample that the network sees."""
    if sample.history:
        return [with_history(tokenizer, sample.text, sample.history)]
    return windows(tokenizer, sample.text)


def padded(stretches: Sequence[Sequence[int]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Numbers and attention as tensors [count, longest]."""
    longest = max(map(len, stretches))
    ids = torch.full((len(stretches), longest), pad)
    attention = torch.zeros((len(stretches), longest), dtype=torch.long)
    for i, stretch in enumerate(stretches):
        ids[i, :len(stretch)] = torch.tensor(stretch)
        attention[i, :len(stretch)] = 1
    return ids, attention


def per_message(logits: torch.Tensor, owner: list[int], count: int) -> torch.Tensor:
    """One row a message: danger and risk of its most dangerous stretch, the mean of the rest."""
    if len(owner) == count:
        return logits
    place = heads.slices()
    owners = torch.tensor(owner)
    size = torch.bincount(owners, minlength=count).clamp(min=1)[:, None]
    mean = torch.zeros(count, logits.shape[1]).index_add(0, owners, logits) / size
    danger = logits[:, place["danger"]][:, 0].detach()
    worst = [max((i for i, o in enumerate(owner) if o == n), key=lambda i: danger[i]) for n in range(count)]
    columns = torch.zeros(logits.shape[1], dtype=torch.bool)
    columns[place["danger"]] = columns[place["risk"]] = True
    return torch.where(columns[None], logits[torch.tensor(worst)], mean)


def loss_of(logits: torch.Tensor, truth: torch.Tensor, known: torch.Tensor, smoothing: float) -> torch.Tensor:
    """The weighted sum over all heads; answers that are not known do not count."""
    total = logits.new_zeros(())
    for name, place in heads.slices().items():
        found, right, counts = logits[:, place], truth[:, place], known[:, place]
        if heads.HEADS[name][0] == "sigmoid":
            smooth = right * (1 - smoothing) + smoothing / 2 if name == "danger" else right
            each = functional.binary_cross_entropy_with_logits(found, smooth, reduction="none") * counts
            total = total + WEIGHTS[name] * each.mean()
        else:
            smooth = right * (1 - smoothing) + smoothing / right.shape[1]
            each = -(smooth * functional.log_softmax(found, 1)).sum(1) * counts[:, 0]
            total = total + WEIGHTS[name] * each.mean()
    return total


def _optimiser(network: Network, settings: Settings) -> torch.optim.Optimizer:
    groups = []
    depth = len(network.layers)
    for name, parameter in network.named_parameters():
        if name.startswith(("words.", "positions.", "start.", *(f"layers.{i}." for i in range(settings.frozen)))):
            parameter.requires_grad = False
            continue
        rate = settings.head_rate
        if name.startswith("layers."):
            rate = settings.rate * settings.layer_decay ** (depth - 1 - int(name.split(".")[1]))
        groups.append({"params": [parameter], "lr": rate, "full": rate,
                       "weight_decay": 0.01 if parameter.dim() > 1 else 0.0})
    return torch.optim.AdamW(groups, fused=True)


def _batches(lengths: list[int], size: int, random: Random) -> list[list[int]]:
    order = list(range(len(lengths)))
    random.shuffle(order)
    span = size * _CHUNK
    sorted_runs = [i for start in range(0, len(order), span)
                   for i in sorted(order[start:start + span], key=lambda i: lengths[i])]
    batches = [sorted_runs[start:start + size] for start in range(0, len(sorted_runs), size)]
    random.shuffle(batches)
    return batches


def fit(network: Network, tokenizer: Tokenizer, rows: Sequence[Example], settings: Settings,
        checkpoint: Path | None = None) -> Network:
    """The network after training (the average of its weights), in evaluation mode.

    With a `checkpoint` the state is kept there after each epoch, and taken up again from there.
    """
    torch.manual_seed(settings.seed)
    optimiser = _optimiser(network, settings)
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    average = [parameter.detach().clone() for parameter in trained]
    total = math.ceil(len(rows) / settings.batch) * settings.epochs
    step, first, started = 0, 0, time.monotonic()
    if checkpoint and checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(kept["network"])
        optimiser.load_state_dict(kept["optimiser"])
        average, step, first = kept["average"], kept["step"], kept["epoch"]
        log.info("taken up after epoch %d", first)
    for epoch in range(first, settings.epochs):
        random = Random(settings.seed * 1000 + epoch)
        shown = samples(rows, random, settings.letters)
        stretches = [cut(tokenizer, sample) for sample in shown]
        truth, known = map(torch.from_numpy, heads.targets([sample.row for sample in shown]))
        network.train()
        losses = 0.0
        for batch in _batches([sum(map(len, found)) for found in stretches], settings.batch, random):
            pace = min(1.0, (step + 1) / (settings.warm_up * total)) * max(0.02, 1 - step / total)
            for group in optimiser.param_groups:
                group["lr"] = group["full"] * pace
            owner = [n for n, i in enumerate(batch) for _ in stretches[i]]
            ids, attention = padded([stretch for i in batch for stretch in stretches[i]], tokenizer.pad)
            with torch.autocast("cpu", torch.bfloat16):
                logits, _ = network(ids, attention)
            loss = loss_of(per_message(logits.float(), owner, len(batch)), truth[batch], known[batch],
                           settings.smoothing)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            step += 1
            keep = min(settings.average, step / (step + 20))
            torch._foreach_lerp_(average, [parameter.detach() for parameter in trained], 1 - keep)
            losses += loss.item() * len(batch)
            if step % _PROGRESS == 0:
                log.info("step %d of %d, %.0f s", step, total, time.monotonic() - started)
        log.info("epoch %d: loss %.3f, %.0f s", epoch + 1, losses / len(rows), time.monotonic() - started)
        if checkpoint:
            torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(), "average": average,
                        "step": step, "epoch": epoch + 1}, checkpoint)
    with torch.no_grad():
        for parameter, mean in zip(trained, average, strict=True):
            parameter.copy_(mean)
    return network.eval()


@torch.no_grad()
def predict(network: Network, tokenizer: Tokenizer, texts: Sequence[str], batch: int = 32) -> np.ndarray:
    """Logits [n, heads.WIDTH], aggregated over the stretches as at run time."""
    stretches = [windows(tokenizer, text) for text in texts]
    order = sorted(range(len(texts)), key=lambda i: sum(map(len, stretches[i])))
    found = np.zeros((len(texts), heads.WIDTH), np.float32)
    for start in range(0, len(order), batch):
        part = order[start:start + batch]
        owner = [n for n, i in enumerate(part) for _ in stretches[i]]
        ids, attention = padded([stretch for i in part for stretch in stretches[i]], tokenizer.pad)
        with torch.autocast("cpu", torch.bfloat16):
            logits, _ = network(ids, attention)
        found[part] = per_message(logits.float(), owner, len(part)).numpy()
    return found
