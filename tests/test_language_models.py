"""Language models answer: distributions are distributions, directions do not know of each other,
and every odd sentence meets a plain one.
"""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from engine import model_files
from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.errors import EngineError, ModelUnavailable, TextError, WordNotFound
from engine.language_model import PREDICTORS, Predictions, in_reading_order
from engine.text import Sentence
from engine.views import VIEWS, directions, language, sources, translation
from engine.views.blank import places
from engine.views.language import MAX_WORDS, n_choices
from engine.views.two_directions import STEPS
from tests.small_nets import WORDS, shipped_to

SCRIPT = "<script>alert(1)</script>"
ASKED = ["blank", "next-words", "continuation"]
MODELS = ["awd-lstm", "elmo"]


@pytest.fixture(scope="module", autouse=True)
def small_nets(tmp_path_factory):
    """Small nets with random weights in place of those that ship."""
    with shipped_to(tmp_path_factory.mktemp("models")):
        yield


def show(name: str, **changes):
    return VIEWS[name]().show(replace(VIEWS[name].State(), **changes))


# --- predictors -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_every_place_has_two_distributions_that_have_not_seen_its_word(model):
    asked = PREDICTORS[model]("cpu")
    a, b = (asked.predictions(Sentence(f"I went to {word} bank")) for word in ("the", "zxqv"))
    for found in (a.forward, a.backward):
        assert found.shape == (6, len(WORDS))
        assert_allclose(np.exp(found).sum(axis=1), 1, rtol=1e-5)
    # word 3 was changed: both sides of its own place, all before it from the left, all behind it
    # from the right must not know
    assert_allclose(a.forward[:4], b.forward[:4], atol=1e-6)
    assert_allclose(a.backward[3:5], b.backward[3:5], atol=1e-6)
    assert np.abs(a.forward[4:] - b.forward[4:]).max() > 1e-4
    assert np.abs(a.backward[:3] - b.backward[:3]).max() > 1e-4


@pytest.mark.slow
def test_elmo_guesses_as_its_two_stacks_do_in_training():
    """The language model on two columns of running text, the second from right to left."""
    from engine.checkpoints import load_weights
    from engine.nets.character_cnn import END, character_ids
    from engine.nets.elmo_language_model import language_model

    words = ["I", "went", "to"]
    found = PREDICTORS["elmo"]("cpu").predictions(Sentence(" ".join(words)))
    weights = load_weights(model_files.weights_path("elmo"), kind="elmo")
    net = language_model(weights.config, weights.tensors)
    with torch.inference_mode():
        ids = torch.from_numpy(character_ids([END, *words]))
        ahead, back = torch.tensor([[0, 1, 2, 3]]), torch.tensor([[0, 3, 2, 1]])
        tops_ahead, tops_back, _ = net(ids, ahead, back, net.elmo.start(1))
        forward, backward = (net.log_probabilities(t[0]).numpy() for t in (tops_ahead, tops_back))
    assert_allclose(found.forward, forward, atol=1e-5)
    assert_allclose(found.backward, backward[[2, 1, 0, 3]], atol=1e-5)


def test_elmo_tells_words_apart_that_its_vocabulary_does_not_hold():
    asked = PREDICTORS["elmo"]("cpu")
    a, b = (asked.predictions(Sentence(f"the {word} bank")) for word in ("zxqv", "wombat"))
    assert list(a.word_ids) == list(b.word_ids) == [2, 0, 7]
    assert np.abs(a.forward[2] - b.forward[2]).max() > 1e-5


@pytest.mark.parametrize("model", MODELS)
def test_a_continuation_has_known_words_only_and_depends_on_its_seed(model):
    asked, beginning = PREDICTORS[model]("cpu"), Sentence("I went to the")
    draws = [asked.continuation(beginning, 8, temperature=1.5, seed=seed) for seed in range(12)]
    assert all(set(words) <= set(WORDS.words[2:]) and len(words) <= 8 for words in draws)
    assert len(set(map(tuple, draws))) > 1
    assert draws[3] == asked.continuation(beginning, 8, temperature=1.5, seed=3)
    sure = [asked.continuation(beginning, 8, temperature=0, seed=seed) for seed in (0, 1)]
    assert sure[0] == sure[1]


def test_what_a_backward_net_gives_is_turned_into_reading_order():
    rows = np.array([[2.0], [1.0], [0.0], [-1.0]])  # about words 2, 1, 0, then what stands before
    assert in_reading_order(rows).ravel().tolist() == [0, 1, 2, -1]


def test_both_sides_combined_are_bayes_rule_worked_by_hand():
    vocabulary = Vocabulary((*SPECIAL, "x"))
    forward, backward = np.log([[0.2, 0.3, 0.5]]), np.log([[0.6, 0.3, 0.1]])
    unigram = np.log([0.5, 0.25, 0.25])
    found = Predictions(("x",), np.array([2]), vocabulary, unigram, forward, backward)
    expected = np.array([0.2 * 0.6 / 0.5, 0.3 * 0.3 / 0.25, 0.5 * 0.1 / 0.25])
    assert_allclose(np.exp(found.combined(0)), expected / expected.sum())


def test_a_model_without_weights_says_which_command_makes_them(monkeypatch, tmp_path):
    monkeypatch.setattr(model_files, "FOLDER", tmp_path)
    assert language.available() == {}
    assert any("python -m engine train elmo" in why for why in language.unavailable())
    with pytest.raises(ModelUnavailable):
        show("blank", text="a ___ b")
    with pytest.raises(ModelUnavailable):
        show("translation", text="a b c")


# --- every view -------------------------------------------------------------------------------

ALL = ["alignment", "blank", "continuation", "independence", "next-words", "translation",
       "two-directions"]  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_view_opens_on_the_lectures_sentence_with_figure_table_and_numbers(name):
    shown, again = show(name), show(name)
    assert shown.figure.data
    assert len(shown.table)
    assert len(set(shown.table.columns)) == len(shown.table.columns)
    assert shown.notice.endswith(".")
    assert any(digit in shown.notice for digit in "0123456789")
    assert "nan" not in shown.notice.split()
    assert "n = " in shown.caption
    assert shown.table.equals(again.table)
    json.loads(shown.figure.to_json())


ODD = ["I 👍 🎉 the bank", "יושב על הגדה של the ___", f"the {SCRIPT} bank ___", "zxqv wombat ___",
       "the", "___", "a\nb\tc ___", "!!! ??? ___", "<b>bank</b> &amp; $a$ ___"]  # fmt: skip


@pytest.mark.parametrize("name", [*ASKED, "translation", "two-directions"])
def test_an_odd_sentence_is_shown_or_refused_in_a_sentence_and_never_as_markup(name):
    for text in ODD:
        try:
            shown = show(name, text=text)
        except EngineError as error:
            assert str(error).endswith(".")
            continue
        drawn = shown.figure.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
        assert "<script" not in drawn
        assert "<b>bank" not in drawn
        assert "nan" not in shown.notice.split()


@pytest.mark.parametrize("name", [*ASKED, "translation", "two-directions", "independence"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "no word"), (" \n\t", "no word"), ("a\0b", "NUL bytes"),
     ("a " * (MAX_WORDS + 1), "up to"), ("a" * 5_000, "the limit here is")],
)  # fmt: skip
def test_a_text_that_cannot_be_used_is_refused_with_the_limit(name, text, sentence):
    with pytest.raises(EngineError, match=sentence):
        show(name, text=text)


# --- the blank --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_the_bars_of_the_blank_are_the_likeliest_words_on_one_scale(model):
    text = "I am ___ to the bank"
    shown, found = show("blank", text=text, model=model, n=4), language.predictions(model, text)
    titles = ["forward", "backward", "combined"]
    scores = dict(
        zip(titles, (found.forward[2], found.backward[2], found.combined(2)), strict=True)
    )
    for bars, name in zip(shown.figure.data, titles, strict=True):
        assert_allclose(bars.x, np.sort(np.exp(scores[name]))[::-1][:4], rtol=1e-4)
    assert len({tuple(shown.figure.layout[f"xaxis{i}"].range) for i in (1, 2, 3)}) == 1


def test_a_hidden_word_is_not_seen_by_either_side():
    tables = [show("blank", text=f"I went to the {w} .", place=4).table for w in ("bank", "film")]
    assert tables[0].equals(tables[1])


def test_the_chances_of_a_hidden_word_are_told_and_an_unknown_one_is_grey_and_explained():
    shown = show("blank", text="I went to the bank", place=4, n=12)
    assert "The hidden word “bank” gets" in shown.notice
    assert "stands for every word outside the 12" in shown.notes[0]
    bars = shown.figure.data[0]
    grey = [c for word, c in zip(bars.hovertext, bars.marker.color, strict=True) if "unk" in word]
    assert grey == ["#8A8F98"]
    assert list(bars.marker.color).count("#8A8F98") == 1


def test_the_places_of_a_sentence_are_its_blank_and_its_words():
    assert places("I ___ am") == {"the blank ___": -1, "1 · I": 0, "3 · am": 2}
    assert list(places("I am")) == ["1 · I", "2 · am"]
    for place in (-2, 5, 10**6):
        with pytest.raises(WordNotFound):
            show("blank", text="I am ___", place=place)
    with pytest.raises(WordNotFound, match="no blank"):
        show("blank", text="I am here")


def test_doubt_counts_equally_likely_words():
    assert n_choices(np.log(np.full(16, 1 / 16))) == pytest.approx(16)
    assert n_choices(np.log(np.array([1 - 3e-12, 1e-12, 1e-12, 1e-12]))) == pytest.approx(1)


# --- surprise and continuation ----------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_perplexity_is_two_to_the_mean_surprise_of_words_and_border(model):
    shown = show("next-words", text="I went to the bank", model=model)
    for direction, bars in zip(("forward", "backward"), shown.figure.data, strict=True):
        bits = [value for value in bars.y if value is not None]
        assert len(bits) == 6
        perplexity = language.predictions(model, "I went to the bank").perplexity(direction)
        assert 2 ** np.mean(bits) == pytest.approx(perplexity, rel=1e-4)
    assert len(shown.table) == 12
    assert f"over {len(WORDS)} words with 0 of 5 unknown" in shown.notice
    # Twenty characters: the five words, the space behind each, and the end.
    found = [np.nansum(np.array(bars.y, float)) / 20 for bars in shown.figure.data]
    assert f"({found[0]:.2f} and {found[1]:.2f} bits per character)" in shown.notice


def test_a_sentence_of_unknown_words_says_that_its_numbers_say_nothing():
    assert "knows none of the words" in show("next-words", text="zxqv wombat").notice


def test_continuations_are_labelled_as_written_by_a_model_and_carry_their_chances():
    shown = show("continuation", text="I went", temperature=150)
    assert "Written by the model" in shown.notes[0]
    assert "seed 0" in shown.caption
    assert len(shown.table) == 3
    for change in ({"temperature": -1}, {"temperature": 201}, {"seed": -1}):
        with pytest.raises(EngineError):
            show("continuation", **change)


# --- translation ------------------------------------------------------------------------------


def test_a_translation_grows_by_a_row_a_word_and_ends_with_all():
    text = "I went to the bank"
    n = translation.n_steps(text)
    for said in range(n + 1):
        z = np.array(show("translation", text=text, said=said).figure.data[0].z, float)
        assert np.isfinite(z).all(axis=1).sum() == said
        assert_allclose(np.nansum(z, axis=1)[:said], 1, atol=1e-5)
    assert show("translation", text=text).table.equals(show("translation", text=text, said=n).table)


def test_each_step_says_its_likeliest_sayable_word():
    for step in translation._translated("I went to the bank")[0]:
        assert step.word == step.candidates[0][0] != "<unk>"
        assert [p for _, p in step.candidates] == sorted((p for _, p in step.candidates))[::-1]


def test_a_whole_translation_is_told_with_its_least_certain_word():
    steps = translation._translated("I went to the bank")[0]
    told = show("translation", text="I went to the bank").notice
    words = [step for step in steps[:-1] if any(letter.isalnum() for letter in step.word)]
    if not words:  # a net of random weights may end at once
        assert told.startswith(f"For “{steps[-1].word}”")
        return
    least = min(words, key=lambda step: step.candidates[0][1])
    assert told.startswith(f"“{' '.join(step.word for step in steps[:-1])}”")
    assert f"The least certain word is “{least.word}” (" in told


def test_an_english_word_that_the_translator_does_not_know_is_named():
    notes = show("translation", text="the zxqvwblorp went").notes
    assert any("zxqvwblorp" in note for note in notes)


def test_the_tamil_alignment_is_labelled_as_made_by_hand():
    shown = show("alignment")
    assert "by hand" in shown.caption
    assert "by hand" in " ".join(shown.notes)
    assert_allclose(np.array(shown.figure.data[0].z).sum(axis=1), 1)


# --- two directions ---------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["awd-lstm", "elmo", "cove"])
def test_the_strips_are_the_models_own_states_with_initial_zeros(model):
    text = "I went to the bank"
    net = directions.states(model, (Sentence(text),))[0]
    vectors = sources.encoder(model).encode([Sentence(text)])
    assert_allclose(np.concatenate([net.forward[0], net.backward[0]], axis=1), vectors.layers[1])
    figure = show("two-directions", text=text, model=model, step=STEPS[0]).figure
    left, right = (np.array(trace.z, float) for trace in figure.data)
    assert left.shape[1] == right.shape[1] == 7
    ahead = left[~np.isnan(left[:, 0])]  # rows with an initial state at the left
    assert not ahead[:, 0].any()
    assert all(any(np.allclose(row[1:6], unit) for unit in net.forward[0].T) for row in ahead)
    back = right[~np.isnan(right[:, 6])]
    assert not back[:, 6].any()
    assert all(any(np.allclose(row[1:6], unit) for unit in net.backward[0].T) for row in back)


def test_the_last_step_sets_both_wirings_side_by_side():
    shown = show("two-directions", text="I went", model="elmo", step=STEPS[2])
    assert len(shown.figure.data) == 2
    assert "ELMo each direction reads its own half" in shown.notice
    assert "mix" in shown.notice
    with pytest.raises(EngineError, match="no step"):
        show("two-directions", step="nonsense")
    with pytest.raises(EngineError, match="no states of two directions"):
        show("two-directions", model="glove")


TEXTS = ["he sat on the bank of the river", "the film is very not the bank ."]


@pytest.mark.parametrize("model", ["awd-lstm", "elmo", "elmo-untrained", "cove"])
def test_what_is_changed_moves_no_forward_state_before_it_unless_directions_are_mixed(model):
    for text in TEXTS:
        words = text.split()
        for place, old in enumerate(words):
            if words.index(old) != place:
                continue
            table = show("independence", text=text, word=old, becomes="am", models=(model,)).table
            moves = table.pivot_table("moved", "half", "place", sort=False)
            ahead = moves[moves.index.str.endswith("→")]
            back = moves[moves.index.str.startswith("←")]
            before = np.nan_to_num(ahead.loc[:, ahead.columns <= place].to_numpy())
            behind = np.nan_to_num(back.loc[:, back.columns > place + 1].to_numpy())
            assert not before[0].any()
            assert not behind[0].any()
            mixes = model == "cove"
            assert bool(before[1:].any()) == (mixes and place > 0)
            assert bool(behind[1:].any()) == (mixes and place < len(words) - 1)


def test_the_notice_tells_both_wirings_from_the_numbers():
    notice = show("independence", models=("elmo", "cove")).notice
    assert "exactly 0 in ELMo (all 14 of them)" in notice
    assert "CoVe from layer “2 · biLSTM 2” on" in notice


@pytest.mark.parametrize(
    ("change", "kind"),
    [({"word": "wombat"}, WordNotFound), ({"word": ""}, WordNotFound), ({"becomes": ""}, TextError),
     ({"becomes": "two words"}, TextError), ({"becomes": "'s"}, TextError)],
)  # fmt: skip
def test_a_change_that_is_none_is_refused_in_a_sentence(change, kind):
    if change == {"becomes": "'s"}:  # it would grow together with the word before
        change |= {"text": "a bank", "word": "bank"}
        show("independence", **change)
        return
    with pytest.raises(kind):
        show("independence", **change)


def test_markup_stays_text_where_a_word_is_changed():
    shown = show("independence", text="the <b>bank</b> sat", word="bank", becomes="river")
    assert "<b>bank" not in shown.figure.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
