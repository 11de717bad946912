"""The settings of the study, the same for every input: none is tuned to its own advantage."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from engine.training.task.names import INPUTS, InputName

UNTIMELY = ("minilm-tuned",)  # 20 minutes a run on one core: only where it is asked for by name
RUN_FREE = ("inputs", "sizes", "seeds", "encoder_tuned_up_to", "device")


@dataclass(frozen=True)
class TaskStudy:
    """Which classifiers are trained, and how. Steps are batches."""

    inputs: tuple[str, ...] = tuple(name for name in INPUTS if name not in UNTIMELY)
    sizes: tuple[int, ...] = (100, 300, 1_000, 3_000, 10_000)  # labels
    seeds: tuple[int, ...] = (0, 1, 2)  # of the label draw, the initial weights and the order
    encoder_tuned_up_to: int = 100  # labels; a tuned encoder runs in every step: minutes a run
    device: str = "cpu"
    n_words: int = 100  # of each review, from its beginning
    n_validation: int = 500  # reviews to stop by, not counted as labels
    n_test: int = 2_000  # reviews
    vocab_size: int = 20_000  # words of a table
    d_random: int = 50  # as wide as GloVe
    d_hidden: int = 64
    dropout: float = 0.3
    batch_size: int = 32  # reviews
    learning_rate: float = 2e-3  # Adam, of everything that starts at random
    table_rate: float = 1e-3  # of tuned word vectors
    encoder_rate: float = 1e-4  # of tuned encoders
    max_steps: int = 1_200
    patience: int = 5  # validations without improvement

    def validate_every(self, n_labels: int) -> int:
        """Steps between validations: an epoch, but at least 10 and at most 80."""
        return min(max(n_labels // self.batch_size, 10), 80)

    def settings(self) -> dict[str, float]:
        """What all runs share; results of other settings must not be mixed with these."""
        return {key: value for key, value in asdict(self).items() if key not in RUN_FREE}

    def planned(self, known: InputName) -> list[tuple[str, int, int]]:
        """(input, labels, seed) of every run of one input, few labels first."""
        return [
            (known.name, n_labels, seed)
            for n_labels in sorted(self.sizes)
            for seed in self.seeds
            if not known.tunes_encoder or n_labels <= self.encoder_tuned_up_to
        ]
