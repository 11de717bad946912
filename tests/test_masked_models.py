"""A masked model fills a blank as the library computes it, from this machine alone."""

import json

import pytest
import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from engine.errors import CorruptFile, ModelUnavailable, TextError
from engine.predictors.masked import MaskedPredictor, masked_models
from engine.text import Sentence
from engine.views import masked

PIECES = ["i", "am", "very", "##ly", "excited", "the", "film", "."]
NAMES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *PIECES]


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory) -> str:
    """A random BERT with a head that fills blanks."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("tiny-masked")
    vocabulary = {piece: number for number, piece in enumerate(NAMES)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]",
               "sep_token": "[SEP]", "mask_token": "[MASK]"}  # fmt: skip
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(
        folder
    )
    torch.manual_seed(0)
    transformers.BertForMaskedLM(config()).save_pretrained(folder)
    return str(folder)


def config():
    return transformers.BertConfig(
        vocab_size=len(NAMES),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=16,
        initializer_range=0.5,
    )


def test_guesses_are_the_librarys_probabilities_at_the_mask(tiny_bert):
    found = MaskedPredictor(tiny_bert, "cpu").guesses(Sentence("I am ___ excited"), 2, 20)
    net = transformers.BertForMaskedLM.from_pretrained(tiny_bert).eval()
    with torch.inference_mode():  # [CLS] i am [MASK] excited [SEP]
        p = net(input_ids=torch.tensor([[2, 5, 6, 4, 9, 3]])).logits[0, 3].softmax(-1)
    assert dict(found) == pytest.approx(dict(zip(NAMES, p.tolist(), strict=True)), abs=1e-5)
    assert [p for _, p in found] == sorted((p for _, p in found), reverse=True)
    assert sum(p for _, p in found) == pytest.approx(1, abs=1e-5)


def test_the_word_at_the_place_is_not_read_and_a_typed_mask_is_not_taken_for_it(tiny_bert):
    model = MaskedPredictor(tiny_bert, "cpu")
    very, film = (
        model.guesses(Sentence(f"I am {word} excited"), 2, 5) for word in ("very", "film")
    )
    assert very == film
    typed = Sentence("[MASK] film the ___ .")
    place = [word.text for word in typed.words].index("___")
    net = transformers.BertForMaskedLM.from_pretrained(tiny_bert).eval()
    with torch.inference_mode():  # [CLS] [MASK] film the [MASK] . [SEP]
        p = net(input_ids=torch.tensor([[2, 4, 11, 10, 4, 12, 3]])).logits[0, 4].softmax(-1)
    best = model.guesses(typed, place, 1)[0]
    assert best == (NAMES[int(p.argmax())], pytest.approx(float(p.max()), abs=1e-5))


def test_a_sentence_longer_than_its_positions_is_refused_with_both_numbers(tiny_bert):
    with pytest.raises(TextError, match=r"22 pieces.*takes 16"):
        MaskedPredictor(tiny_bert, "cpu").guesses(Sentence("film " * 20), 3, 1)


def test_a_model_that_is_not_here_or_fills_no_blanks_is_told_with_a_command(
    tiny_bert, tmp_path, network_attempts
):
    with pytest.raises(ModelUnavailable, match="python -m engine fetch no-one/no-such-model"):
        MaskedPredictor("no-one/no-such-model", "cpu")
    with pytest.raises(ModelUnavailable):
        MaskedPredictor("<script>", "cpu")
    transformers.BertModel(config()).save_pretrained(tmp_path)
    with pytest.raises(ModelUnavailable, match="no masked-language-model head"):
        MaskedPredictor(str(tmp_path), "cpu")
    assert network_attempts == []


def test_a_truncated_model_is_refused_in_a_sentence(tiny_bert, tmp_path):
    import shutil

    for name in ("model.safetensors", "tokenizer.json", "config.json"):
        folder = tmp_path / name
        shutil.copytree(tiny_bert, folder)
        (folder / name).write_bytes((folder / name).read_bytes()[:60])
        with pytest.raises((CorruptFile, ModelUnavailable)):
            MaskedPredictor(str(folder), "cpu")


def test_the_models_of_the_cache_that_fill_blanks_are_found_and_others_are_not(
    monkeypatch, tmp_path
):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    assert masked_models() == []
    assert "python -m engine fetch" in masked.masked_here()[1]
    kinds = {"models--bert-base-uncased": "BertForMaskedLM", "models--who--gpt": "GPT2LMHeadModel",
             "models--who--roberta": "RobertaForMaskedLM", "models--broken": None}  # fmt: skip
    for folder, kind in kinds.items():
        path = tmp_path / folder / "snapshots" / "abc" / "config.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"architectures": [kind]}) if kind else "{")
    assert masked_models() == ["bert-base-uncased", "who/roberta"]
    assert masked.masked_here() == (["bert-base-uncased", "who/roberta"], "")
