"""What does the trained encoder see in a message?"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlu import heads
from nlu.tokenizer import Tokenizer
from nlu.windows import windows, with_history

ENCODER = Path(__file__).parent / "encoder"


class Encoder:
    """The ONNX encoder on one thread; thread-safe."""

    def __init__(self, session, tokenizer: Tokenizer):
        self._session, self.tokenizer = session, tokenizer

    @classmethod
    def load(cls, directory: Path = ENCODER, threads: int = 1) -> "Encoder":
        """Runs no code of the files. Raises where a file is missing or broken."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(str(directory / "encoder.onnx"), options,
                                               providers=["CPUExecutionProvider"])
        return cls(session, Tokenizer.load(directory / "tokenizer.npz"))

    def look(self, text: str, history: Sequence[str] = ()) -> tuple[np.ndarray, np.ndarray]:
        """Logits of the message (danger and risk of its worst stretch, the mean of the rest) and its vector."""
        answers, vectors = self._run(windows(self.tokenizer, text))
        place = heads.slices()
        merged = answers.mean(0)
        worst = answers[int(answers[:, place["danger"].start].argmax())]
        for name in ("danger", "risk"):
            merged[place[name]] = worst[place[name]]
        if history:
            # The conversation so far can raise the danger of a message, never lower it.
            after = self._run([with_history(self.tokenizer, text, history)])[0][0]
            if after[place["danger"].start] > merged[place["danger"].start]:
                for name in ("danger", "risk"):
                    merged[place[name]] = after[place[name]]
        return merged, vectors.mean(0)

    def _run(self, stretches: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        found = [self._session.run(None, {"ids": np.array([stretch], np.int64),
                                          "attention": np.ones((1, len(stretch)), np.int64)})
                 for stretch in stretches]
        return np.concatenate([answers for answers, _ in found]), np.concatenate([vector for _, vector in found])
