"""Any transformer of the Hugging Face hub by its name, or a model folder by its path: BERT-like
and GPT-2-like encoders.

Only weights in safetensors format are read, and only what is already on this machine; `python -m
engine fetch NAME` brings a model here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.encoder import ENCODERS, HUB, ModelCard, Progress
from engine.errors import CorruptFile, EngineError, ModelUnavailable
from engine.nets.subword_encoder import SubwordEncoder
from engine.text import Sentence
from engine.vectors import LayeredVectors

# any text: encoded with and without special tokens, it shows which ones the tokenizer adds
if TYPE_CHECKING:
    from torch import Tensor

    from engine.nets.subwords import Shape

PROBE = "Words"


@ENCODERS.add(HUB)
class HubTransformer(SubwordEncoder):
    """A transformer loaded with the transformers library, every hidden state kept."""

    card = ModelCard(
        name=HUB,
        title="Any transformer",
        family="contextual",
        about="Any BERT-like or GPT-2-like model of the Hugging Face hub, by its name.",
        layer_names=(),
        d_model=0,
        source="https://huggingface.co/models",
        licence="as the model's own card says",
    )
    dtype = "float32"

    def __init__(
        self,
        name: str,
        device: str = "auto",
        *,
        pooling: str = "mean",
        keep_first_position: bool = False,
    ) -> None:
        from engine.nets.device import pick_device
        from engine.nets.reader import SubwordReader
        from engine.nets.words_and_pieces import Rules

        model, tokenizer, causal = _load(name)
        torch_device = pick_device(device)
        self.device = torch_device.type
        self.card = _card(name, model, causal)
        self._net = model.eval().to(torch_device)
        shape = _shape(model, tokenizer)
        # A causal model can see nothing at its first position and parks vectors of huge norm there,
        # which then dominate every average (Ethayarajh's GPT-2 statistics show it). Where a special
        # token stands first, it takes that place, and it is no word anyway.
        drop_first = causal and not shape.prefix and not keep_first_position
        unknown_id = None if causal else tokenizer.unk_token_id
        rules = Rules(unknown_id, pooling, drop_first)
        backend = tokenizer.backend_tokenizer
        self._reader = SubwordReader(self._hidden_states, backend, shape, rules, torch_device)

    @classmethod
    def missing(cls) -> str | None:
        """Never missing as such: each name is looked for when it is asked for."""
        return None

    def encode(
        self, sentences: Sequence[Sentence], *, progress: Progress | None = None
    ) -> LayeredVectors:
        """Every known word at all layers; special tokens are read by the net but are not words."""
        return self._reader.read(sentences, self.card.name, self.card.layer_names, progress)

    def _hidden_states(self, token_ids: Tensor, mask: Tensor) -> Sequence[Tensor]:
        output = self._net(
            input_ids=token_ids, attention_mask=mask.long(), output_hidden_states=True
        )
        return output.hidden_states


def _load(name: str) -> tuple[Any, Any, bool]:
    """(model, fast tokenizer, is it causal), from this machine only.

    Raises:
        ModelUnavailable: not on this machine, or without safetensors weights or a fast tokenizer.
        CorruptFile: weights that are damaged or incomplete.
    """
    if not Path(name).is_dir() and not _in_cache(name):
        raise _why_not(name, OSError("it was never fetched"))
    import torch
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModel, AutoTokenizer
    from transformers.models.auto.modeling_auto import (
        MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
        MODEL_FOR_MASKED_LM_MAPPING_NAMES,
    )

    try:
        config = AutoConfig.from_pretrained(name, local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=True, use_fast=True)
        model, loading = AutoModel.from_pretrained(
            name,
            local_files_only=True,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise _why_not(name, error) from error
    # The pooler is not part of any layer; BERT's masked-LM checkpoints come without it.
    if missing := sorted(key for key in loading["missing_keys"] if "pooler" not in key):
        raise CorruptFile(
            f"The weights of {name!r} are incomplete: {len(missing)} tensors are missing, such as "
            f"{missing[0]}. Fetch the model again."
        )
    if not tokenizer.is_fast:
        raise ModelUnavailable(
            f"The model {name!r} has no fast tokenizer, so its pieces cannot be matched to words."
        )
    kind = config.model_type
    return (
        model,
        tokenizer,
        kind in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES and kind not in MODEL_FOR_MASKED_LM_MAPPING_NAMES,
    )


def _in_cache(name: str) -> bool:
    """True if the hub's cache on this machine holds the model; asks nobody else."""
    # Read by huggingface_hub when it is imported: even its offline lookups call home otherwise.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        return isinstance(try_to_load_from_cache(name, "config.json"), str)
    except HFValidationError:
        return False


def _why_not(name: str, error: Exception) -> EngineError:
    """The sentence for a model that does not load: damaged, or not on this machine."""
    if Path(name).is_dir():
        return CorruptFile(f"The model in {name} cannot be read ({_first_line(error)}).")
    return ModelUnavailable(
        f"The model {name!r} is not on this machine and cannot be loaded offline "
        f"({_first_line(error)}). With internet, `python -m engine fetch {name}` brings it here; "
        "bundled models: glove, minilm."
    )


def _shape(model: Any, tokenizer: Any) -> Shape:
    """Special tokens around a text, and the longest sequence the model has positions for."""
    from engine.nets.subwords import Shape

    plain = tokenizer(PROBE, add_special_tokens=False)["input_ids"]
    special = tokenizer(PROBE, add_special_tokens=True)["input_ids"]
    start = next(i for i in range(len(special)) if special[i : i + len(plain)] == plain)
    limits = [getattr(model.config, "max_position_embeddings", 512), tokenizer.model_max_length]
    # RoBERTa's positions begin at 2: two of its 514 cannot be used, which its tokenizer's limit
    # says.
    return Shape(
        tuple(special[:start]),
        tuple(special[start + len(plain) :]),
        min(limits),
        pad_id=tokenizer.pad_token_id or 0,
    )


def _card(name: str, model: Any, causal: bool) -> ModelCard:
    n_layers = model.config.num_hidden_layers
    # A GPT-2-like stack ends in a LayerNorm, so its last state is not on the same footing as the
    # others.
    top = f"{n_layers} · top, after the final norm" if causal else f"{n_layers} · top"
    return ModelCard(
        name=name,
        title=name.rstrip("/").split("/")[-1],
        family="contextual",
        about=f"A {model.config.model_type} transformer with {n_layers} layers.",
        layer_names=("0 · input", *map(str, range(1, n_layers)), top),
        d_model=model.config.hidden_size,
        source=f"Hugging Face hub: {name}",
        licence="as the model's own card says",
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:160] if lines else type(error).__name__
