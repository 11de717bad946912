"""ELMo's recipe: what it reads and foretells, that it learns, and that it goes on where it was."""

import argparse
import dataclasses
import json
import math
from collections import defaultdict

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from engine.cli import ship
from engine.cli.train import tell
from engine.corpora.vocabulary import Vocabulary
from engine.errors import CorruptFile
from engine.nets.character_cnn import END, character_ids
from engine.training import elmo_quality, gone_on
from engine.training.awd_lstm_quality import STRANGER
from engine.training.loop import iterate, train
from engine.training.loop_config import LoopConfig
from engine.training.recipes import elmo as recipe
from engine.training.recipes.elmo import ElmoObjective, ElmoTraining
from engine.training.run_settings import read_settings
from engine.training.written_batches import HIDDEN, batch_of, partly_hidden, surprises
from engine.training.written_text import as_written

CPU = torch.device("cpu")
VOCABULARY = Vocabulary(("<unk>", "<eos>", "the", "cat", "sat", "dog", "ran", "."))
TEXTS = ["The cat sat. the dog ran.", "A dog sat. The cat ran."] * 40
CONFIG = ElmoTraining(
    vocab_size=8,
    d_projection=8,
    d_cell=16,
    n_streams=4,
    window=10,
    n_sampled=64,
    loop=LoopConfig(n_steps=6, warm_up=1),
)


@pytest.fixture
def written():
    return as_written(TEXTS, VOCABULARY)


@pytest.fixture
def objective(written):
    torch.manual_seed(0)
    return ElmoObjective(CONFIG, written, written, CPU)


def trained(objective, steps, optimizer):
    losses = []
    for step in steps:
        loss, n_tokens = objective.loss(step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append((float(loss.detach()), n_tokens))
    return losses


def test_a_batch_holds_each_word_once_as_it_is_written(written):
    ahead, back = torch.tensor([[0, 1, 3]]), torch.tensor([[3, 1, 4]])  # form 3: the full stop
    characters, ahead_rows, back_rows = batch_of(written, ahead, back, CPU)
    assert len(characters) == 4
    spelt = torch.from_numpy(character_ids(["The", "cat", ".", "<S>"]))
    assert written.forms[:4] == ("The", "cat", "sat", ".")
    assert torch.equal(characters[ahead_rows][0], spelt[:3])
    assert torch.equal(characters[back_rows][0, 0], spelt[2])


def test_a_boundary_is_read_as_the_end_of_a_sentence(written):
    boundary = torch.tensor([[written.forms.index("<eos>")]])
    characters, _, _ = batch_of(written, boundary, boundary, CPU)
    assert torch.equal(characters, torch.from_numpy(character_ids([END])))


def test_only_unknown_words_are_hidden_and_as_many_as_asked(written):
    torch.manual_seed(0)
    forms = torch.from_numpy(written.text.ids.astype(np.int64)).repeat(50, 1)
    read = partly_hidden(written, forms, 0.25)
    hidden = read == HIDDEN
    unknown = torch.from_numpy(written.target_ids == 0).expand_as(forms)  # each "A"
    assert unknown.sum() == 50 * 40
    assert not hidden[~unknown].any()
    assert float(hidden[unknown].float().mean()) == pytest.approx(0.25, abs=0.04)  # 4 of 2,000's sd
    assert torch.equal(read[~unknown], forms[~unknown])


def test_a_hidden_word_is_read_as_the_one_strange_character_of_the_test_text(written):
    ahead = torch.tensor([[0, HIDDEN]])
    characters, rows, _ = batch_of(written, ahead, ahead, CPU)
    spelt = torch.from_numpy(character_ids(["The", STRANGER]))
    assert torch.equal(characters[rows][0], spelt)


def test_an_ignorant_model_is_as_surprised_as_the_vocabulary_is_large(objective, written):
    with torch.no_grad():
        objective.net.softmax_weight.zero_()
    assert surprises(objective.net, written) == pytest.approx((math.log(8), math.log(8)))


def test_it_learns_to_foretell_in_both_directions(objective):
    before = objective.validate()
    optimizer = torch.optim.Adam(objective.net.parameters(), lr=0.005)
    trained(objective, range(40), optimizer)
    after = objective.validate()
    assert objective.net.training
    assert all(after[name] < 0.6 * before[name] for name in before)


def test_it_foretells_the_vocabulary_though_it_reads_what_is_written(written):
    upper, lower = written.forms.index("The"), written.forms.index("the")
    assert written.word_ids[upper] == written.word_ids[lower] == 2
    assert written.word_ids[written.forms.index("A")] == 0


def test_the_carried_state_is_all_that_goes_from_batch_to_batch(written, objective):
    adam = torch.optim.Adam(objective.net.parameters(), lr=0.01)
    trained(objective, range(2), adam)
    torch.manual_seed(7)
    other = ElmoObjective(CONFIG, written, written, CPU)
    other.net.load_state_dict(objective.net.state_dict())
    other.restore(objective.carried())
    losses = []
    for one in (objective, other):
        torch.manual_seed(3)
        losses.append(one.loss(2)[0])
    assert_close(losses[0], losses[1], rtol=0, atol=0)
    assert any(np.any(tensor.numpy()) for tensor in other.carried().values())


@pytest.fixture
def small_corpus(written, monkeypatch):
    """The recipe's texts are the small one."""
    monkeypatch.setattr(recipe, "wikipedia_as_written", lambda _split, _size: written)
    monkeypatch.setattr(recipe, "log_unigram", lambda size: torch.full((size,), -math.log(8)))
    texts = [f"The cat {STRANGER} the dog. The {STRANGER} sat."] * 40
    monkeypatch.setattr(elmo_quality, "wikitext2_articles", lambda _split: texts)
    monkeypatch.setattr(recipe, "trigram_on_test_texts", lambda _size: defaultdict(dict))


def test_what_ships_foretells_as_well_as_what_was_trained(
    written, objective, small_corpus, tmp_path
):
    run, shipped = tmp_path / "run", tmp_path / "shipped"
    run.mkdir()
    events = list(iterate(objective, CONFIG, run))
    assert [type(event).__name__ for event in events][-2:] == ["CheckpointWritten", "Finished"]
    quality = recipe.ElmoRecipe().ship(CONFIG, run, shipped)
    figures = quality["wikipedia_test"]
    expected = np.exp(surprises(objective.net, written))
    found = [figures["forward_perplexity"], figures["backward_perplexity"]]
    assert found == pytest.approx(expected, rel=0.01)  # float16 and int8
    assert figures["unknown_rate"] == pytest.approx(1 / 20)  # "A", once in four sentences
    # Two of twelve tokens are `<unk>` in the text itself: one unknown word each.
    assert quality["wikitext2_test"]["unknown_rate"] == pytest.approx(2 / 12)
    assert "<unk>" in quality["wikitext2_test"]["unknown_words"]


def test_the_card_of_a_run_that_went_on_counts_the_whole_training(small_corpus, tmp_path):
    def trained_and_shipped(name, config):
        options = {"folder": str(tmp_path / name), "output": str(tmp_path / f"{name}-shipped")}
        folder = tmp_path / name
        folder.mkdir()
        with (folder / "log.jsonl").open("a") as log:
            tell(train("elmo", config, folder, device=CPU), log)
        # No step of so short a run takes a measurable share of an hour.
        with (folder / "log.jsonl").open("a") as log:
            log.write('{"event": "Finished", "step": 6, "seconds": 1800}\n')
        ship.run(argparse.Namespace(**options))
        return json.loads((tmp_path / f"{name}-shipped" / "card.json").read_text())

    first = trained_and_shipped("first", CONFIG)
    assert not (tmp_path / "first" / gone_on.BEFORE).exists()
    start = str(tmp_path / "first-shipped" / "weights.safetensors")
    later_config = dataclasses.replace(CONFIG, start_from=start)
    second = trained_and_shipped("second", later_config)
    assert (first["hours"], second["hours"]) == (0.5, 1.0)
    assert second["curve"][: len(first["curve"])] == first["curve"]
    assert [point["step"] for point in second["curve"]] == [6, 12]
    assert second["command"].startswith(first["command"]) and "after 6 steps" in second["command"]
    digest = first["sha256"]["weights.safetensors"]
    assert digest[:16] in second["settings"]["start_from"]
    assert str(tmp_path) not in json.dumps(second)
    assert second["before"]["settings"] == first["settings"]
    assert second["before"]["sha256"] == first["sha256"]
    third = trained_and_shipped(
        "third", dataclasses.replace(CONFIG, start_from=start.replace("first", "second"))
    )
    assert third["hours"] == 1.5
    assert [point["step"] for point in third["curve"]] == [6, 12, 18]


def test_a_resumed_run_keeps_the_card_of_the_weights_that_it_began_from(tmp_path):
    shipped, run = tmp_path / "shipped", tmp_path / "run"
    shipped.mkdir()
    run.mkdir()
    (shipped / "card.json").write_text('{"hours": 1}')
    gone_on.keep_card(str(shipped / "weights.safetensors"), run)
    (shipped / "card.json").write_text('{"hours": 2}')
    gone_on.keep_card(str(shipped / "weights.safetensors"), run)
    assert gone_on.earlier_card(run) == {"hours": 1}


def test_weights_without_a_card_leave_nothing_beside_the_run(tmp_path):
    gone_on.keep_card("", tmp_path)
    gone_on.keep_card(str(tmp_path / "weights.safetensors"), tmp_path)
    assert gone_on.earlier_card(tmp_path) == {} and not list(tmp_path.iterdir())


def test_a_run_of_another_net_is_refused_and_its_settings_stay(small_corpus, tmp_path):
    list(train("elmo", CONFIG, tmp_path, device=CPU))
    wider = dataclasses.replace(CONFIG, d_cell=CONFIG.d_cell + 1)
    with pytest.raises(CorruptFile, match="another net"):
        list(train("elmo", wider, tmp_path, device=CPU, resume=True))
    assert read_settings(tmp_path) == ("elmo", CONFIG)
