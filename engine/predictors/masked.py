"""A masked language model of the Hugging Face hub: it reads both sides of a blank at once and was
trained to fill it (Devlin et al. 2019, https://aclanthology.org/N19-1423).

Only what is already on this machine is read, and only weights in safetensors format.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from engine.errors import CorruptFile, ModelUnavailable, TextError
from engine.text import Sentence

HEAD = "ForMaskedLM"


class MaskedPredictor:
    """A sentence and a place in; the likeliest pieces there out."""

    def __init__(self, name: str, device: str = "auto") -> None:
        """name: of the hub, or a folder.

        Raises:
            ModelUnavailable: not on this machine, or not trained to fill blanks.
            CorruptFile: weights that are incomplete.
        """
        from engine.nets.device import pick_device

        self.name, self.title = name, name.rstrip("/").split("/")[-1]
        model, self._tokenizer = _load(name)
        self._device = pick_device(device)
        self._model = model.eval().to(self._device)

    def guesses(self, sentence: Sentence, place: int, n: int) -> list[tuple[str, float]]:
        """The n likeliest pieces at a place and their probabilities, best first. The word that
        stands there is not read. A piece that continues a word begins with `##` in BERT's way.

        Raises:
            TextError: more pieces than the model has positions for.
        """
        import torch

        word, tokenizer = sentence.words[place], self._tokenizer
        text = sentence.text[: word.start] + tokenizer.mask_token + sentence.text[word.end :]
        read = tokenizer(text, return_offsets_mapping=True, return_tensors="pt")
        starts = read.pop("offset_mapping")[0][:, 0].tolist()
        ids = read["input_ids"][0].tolist()
        limit = getattr(self._model.config, "max_position_embeddings", 512)
        if len(ids) > limit:
            raise TextError(f"The sentence has {len(ids)} pieces; {self.title} takes {limit}.")
        # A reader may have typed the mask as well: ours is the one that stands at this place.
        masks = [i for i, number in enumerate(ids) if number == tokenizer.mask_token_id]
        mask = min(masks, key=lambda i: abs(starts[i] - word.start))
        with torch.inference_mode():
            scores = self._model(**read.to(self._device)).logits[0, mask]  # (V,)
            best = scores.float().softmax(-1).topk(min(n, len(scores)))
        pieces = tokenizer.convert_ids_to_tokens(best.indices.tolist())
        words = [_as_written(piece) for piece in pieces]
        return list(zip(words, best.values.tolist(), strict=True))


def masked_models() -> list[str]:
    """The hub models in this machine's cache that were trained to fill blanks, by name; asks
    nobody else.
    """
    _stay_offline()
    from huggingface_hub.constants import HF_HUB_CACHE

    found = set()
    for config in Path(HF_HUB_CACHE).glob("models--*/snapshots/*/config.json"):
        if _has_head(config):
            found.add(config.parts[-4].removeprefix("models--").replace("--", "/"))
    return sorted(found)


def _load(name: str) -> tuple[Any, Any]:
    _stay_offline()
    folder = _folder(name)
    if not _has_head(folder / "config.json"):
        raise ModelUnavailable(
            f"{name!r} was not trained to fill blanks: it has no masked-language-model head. "
            "`python -m engine fetch bert-base-uncased` brings one that has."
        )
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForMaskedLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
        model, loading = AutoModelForMaskedLM.from_pretrained(
            folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
        raise CorruptFile(f"The model {name!r} cannot be read ({first}).") from error
    if loading["missing_keys"] or not tokenizer.is_fast or tokenizer.mask_token is None:
        raise CorruptFile(f"The model {name!r} is incomplete. Fetch it again.")
    return model, tokenizer


def _folder(name: str) -> Path:
    """Where the model lies on this machine."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(name, "config.json")
    except HFValidationError:
        config = None
    if not isinstance(config, str):
        raise ModelUnavailable(
            f"The model {name!r} is not on this machine. With internet, `python -m engine fetch "
            f"{name}` brings it here."
        )
    return Path(config).parent


def _has_head(config: Path) -> bool:
    try:
        said = json.loads(config.read_text(encoding="utf8"))
        return any(str(kind).endswith(HEAD) for kind in said.get("architectures") or ())
    except (OSError, ValueError, AttributeError):
        return False


def _as_written(piece: str) -> str:
    """RoBERTa's pieces carry their leading space as Ġ."""
    return piece.replace("Ġ", "")


def _stay_offline() -> None:
    # Read by huggingface_hub when it is imported: even its offline lookups call home otherwise.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
