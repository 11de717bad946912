"""The low-shot experiment: nested draws, one look at the test texts, rows that are never mixed."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from engine.cli import main
from engine.errors import CorruptFile, DataUnavailable, EngineError, UnknownName
from engine.training.low_shot import study as study_module
from engine.training.low_shot.arms import ARMS, Trained
from engine.training.low_shot.arms.minilm_probe import MinilmMeans
from engine.training.low_shot.arms.tf_idf import as_words
from engine.training.low_shot.config import LowShotStudy
from engine.training.low_shot.probe import OpenProbe, Probe
from engine.training.low_shot.results import (
    COLUMNS,
    Cell,
    CellKey,
    append,
    as_base64,
    read,
    settings_hash,
)
from engine.training.low_shot.stored_rows import StoredRows
from engine.training.low_shot.study import ArmMissing, Planned, Prepared, Tried, low_shot
from engine.training.low_shot.texts import LowShotTexts, low_shot_texts


def planted(n_pool: int = 400, n_valid: int = 60, n_test: int = 80) -> LowShotTexts:
    """Texts of 12 words, of which the label's own word is one in six."""
    rng = np.random.default_rng(0)

    def part(n: int) -> tuple[tuple[str, ...], np.ndarray]:
        labels = rng.permutation(np.arange(n) % 2)
        texts = []
        for row, label in enumerate(labels):
            words = [f"w{i}" for i in rng.integers(0, 50, 10)]
            words += [("awful", "lovely")[label]] * int(rng.integers(0, 4))
            texts.append(" ".join([*rng.permutation(words), f"id{row}"]))
        return tuple(texts), labels.astype(np.int64)

    return LowShotTexts(*part(n_pool), *part(n_valid), *part(n_test))


@pytest.fixture(scope="module")
def texts() -> LowShotTexts:
    return planted()


# Draws


def test_fewer_labels_are_the_first_of_more_and_both_labels_take_turns(texts):
    for seed in range(3):
        most = texts.draw(400, seed)
        assert sorted(most) == list(range(400))
        for n in (2, 7, 100, 399):
            rows = texts.draw(n, seed)
            assert (rows == most[:n]).all()
            n_positive = texts.pool_labels[rows].sum()
            assert n_positive in (n // 2, n - n // 2)
    assert set(texts.draw(100, 0)) != set(texts.draw(100, 1))


def test_more_labels_than_there_are_is_refused(texts):
    with pytest.raises(EngineError, match="402 labels were asked for; there are 400"):
        texts.draw(402, 0)
    uneven = replace(texts, pool_labels=np.array([0] * 390 + [1] * 10))
    assert uneven.pool_labels[uneven.draw(20, 0)].sum() == 10
    assert uneven.pool_labels[uneven.draw(30, 0)].sum() == 10  # no more are there


def test_the_fingerprint_changes_with_any_text_or_label(texts):
    flipped = texts.valid_labels.copy()
    flipped[0] = 1 - flipped[0]
    others = [
        replace(texts, pool=texts.pool[1:]),
        replace(texts, valid_labels=flipped),
        replace(texts, test=(*texts.test[:-1], "x")),
        replace(texts, pool=texts.pool[::-1]),
    ]
    assert len({texts.fingerprint, *(other.fingerprint for other in others)}) == 5
    assert planted().fingerprint == texts.fingerprint


# The file


def cell(**changes) -> Cell:
    judged = np.arange(10) % 5 != 0
    made = Cell(
        arm="tf-idf",
        n_labels=100,
        seed=0,
        accuracy=0.8,
        n_test=10,
        validation_accuracy=0.7,
        chosen='{"C": 1.0, "n": 2}',
        weights="",
        seconds=1.5,
        date="2026-01-01",
        settings="abc",
        correct=as_base64(judged),
    )
    return replace(made, **changes)


def test_cells_come_back_as_they_were_written(tmp_path):
    path = tmp_path / "folder" / "cells.csv"
    cells = [cell(), cell(seed=1), cell(arm="scratch", weights="f00")]
    for one in cells:
        append(path, one)
    assert list(read(path).values()) == cells
    assert read(path)["tf-idf", 100, 0].judged.tolist() == (np.arange(10) % 5 != 0).tolist()
    rows = list(csv.reader(path.open()))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 4
    assert read(tmp_path / "absent.csv") == {}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_labels": "many"}, "row 3, is not a cell"),
        ({"n_test": 11}, "row 3, is not a cell"),
        ({"accuracy": 0.9}, "row 3, is not a cell.*0.8000 of its texts"),
        ({"seed": 0}, "row 3, repeats the cell"),
        ({"correct": "!"}, "row 3, is not a cell"),
    ],
)
def test_a_row_that_is_no_cell_is_named(tmp_path, changes, message):
    path = tmp_path / "cells.csv"
    append(path, cell())
    append(path, cell(**{"seed": 1, **changes}))
    with pytest.raises(CorruptFile, match=message):
        read(path)


def test_a_row_cut_short_is_named(tmp_path):
    path = tmp_path / "cells.csv"
    append(path, cell())
    path.write_text(path.read_text()[:-20])
    with pytest.raises(CorruptFile, match="row 2"):
        read(path)


def test_the_shipped_cells_can_be_read_and_share_their_arms_settings():
    cells = read()
    assert {key.arm for key in cells} <= set(ARMS)
    for arm in {key.arm for key in cells}:
        of_arm = [cell for key, cell in cells.items() if key.arm == arm]
        assert len({(cell.settings, cell.weights, cell.n_test) for cell in of_arm}) == 1
        assert all(cell.n_test >= 2_500 for cell in of_arm)


# The experiment


class FakeArm:
    """Right on a share of the texts that grows with the candidate; counts its looks at the test."""

    name, title, about, tunes_once = "fake", "Fake", "Nothing.", False

    def __init__(self, why_missing=None, strength=(0.6, 0.9, 0.8), sha256="w"):
        self.why_missing, self.strength, self.sha256 = why_missing, strength, sha256
        self.tests, self.opened, self.drawn = [], 0, []

    def missing(self):
        return self.why_missing

    def weights(self):
        return self.sha256

    def settings(self):
        return {"strength": self.strength}

    def open(self, texts, device):
        self.opened += 1
        self.texts = texts
        return self

    def prepare(self, rows):
        self.drawn.append(rows)
        yield 1, 1

    def candidates(self, n_labels):
        return [{"number": number} for number in range(len(self.strength))]

    def train(self, rows, candidate, seed):
        share = self.strength[candidate["number"]]

        def test():
            self.tests.append((len(rows), seed, candidate["number"]))
            n = round(share * len(self.texts.test))
            return np.where(np.arange(len(self.texts.test)) < n, 0, 1) ^ self.texts.test_labels

        return Trained(share, test)


@pytest.fixture
def arm(monkeypatch):
    fake = FakeArm()
    monkeypatch.setattr(study_module, "ARMS", {"fake": fake})
    return fake


STUDY = LowShotStudy(("fake",), sizes=(10, 20), seeds=(0, 1))


def test_validation_chooses_and_the_test_texts_are_seen_once_a_cell(arm, texts, tmp_path):
    path = tmp_path / "cells.csv"
    events = list(low_shot(STUDY, path, texts=texts))
    assert events[0] == Planned(4, 0)
    assert arm.tests == [(10, 0, 1), (10, 1, 1), (20, 0, 1), (20, 1, 1)]
    assert arm.opened == 1
    cells = [event for event in events if isinstance(event, Cell)]
    assert list(read(path).values()) == cells
    assert [c.chosen for c in cells] == ['{"number": 1}'] * 4
    assert all(c.validation_accuracy == 0.9 and c.accuracy == 0.9 for c in cells)
    assert sum(isinstance(event, Tried) for event in events) == 12
    assert sum(isinstance(event, Prepared) for event in events) == 4
    assert arm.drawn[0].tolist() == texts.draw(10, 0).tolist()


def test_where_tuning_takes_long_the_first_seeds_choice_holds_for_all(arm, texts, tmp_path):
    arm.tunes_once = True
    path = tmp_path / "cells.csv"
    events = low_shot(STUDY, path, texts=texts)
    while not isinstance(event := next(events), Cell):
        pass
    events.close()
    rest = list(low_shot(STUDY, path, texts=texts, resume=True))
    tried = [
        (one.key.n_labels, one.key.seed, one.candidate) for one in rest if isinstance(one, Tried)
    ]
    chosen = {"number": 1}
    assert event.seed == 0
    assert [one for one in tried if one[1] == 1] == [(10, 1, chosen), (20, 1, chosen)]
    assert [one[2]["number"] for one in tried if one[1] == 0] == [0, 1, 2]  # of the other size
    assert [cell.chosen for cell in read(path).values()] == ['{"number": 1}'] * 4


def test_where_the_first_seeds_choice_fails_every_candidate_is_tried(arm, texts, tmp_path):
    arm.tunes_once = True
    train = arm.train

    def fails_with_seed_1(rows, candidate, seed):
        arm.strength = (0.6, 0.7, 0.8) if seed == 1 else (0.6, 0.9, 0.8)
        return train(rows, candidate, seed)

    arm.train = fails_with_seed_1
    path = tmp_path / "cells.csv"
    events = list(low_shot(replace(STUDY, sizes=(10,)), path, texts=texts))
    tried = [(one.key.seed, one.candidate["number"]) for one in events if isinstance(one, Tried)]
    assert tried == [(0, 0), (0, 1), (0, 2), (1, 1), (1, 0), (1, 2)]
    first, second = read(path).values()
    assert (first.chosen, second.chosen) == ('{"number": 1}', '{"number": 2}')
    assert second.accuracy == 0.8


def test_of_equal_candidates_the_first_is_chosen(monkeypatch, texts, tmp_path):
    fake = FakeArm(strength=(0.5, 0.8, 0.8))
    monkeypatch.setattr(study_module, "ARMS", {"fake": fake})
    events = list(low_shot(replace(STUDY, sizes=(10,), seeds=(0,)), tmp_path / "x", texts=texts))
    assert events[-1].chosen == '{"number": 1}'


def test_an_interrupted_experiment_goes_on_with_the_cells_that_are_not_there(arm, texts, tmp_path):
    path = tmp_path / "cells.csv"
    events = low_shot(STUDY, path, texts=texts)
    while not isinstance(next(events), Cell):
        pass
    events.close()
    assert len(read(path)) == 1
    with pytest.raises(EngineError, match=r"already holds cells of fake\. Go on with --resume"):
        list(low_shot(STUDY, path, texts=texts))
    arm.tests.clear()
    first = next(iter(again := low_shot(STUDY, path, resume=True, texts=texts)))
    assert first == Planned(4, 1)
    list(again)
    assert arm.tests == [(10, 1, 1), (20, 0, 1), (20, 1, 1)]
    assert list(low_shot(STUDY, path, resume=True, texts=texts)) == [Planned(4, 4)]


@pytest.mark.parametrize("change", ["settings", "weights", "texts"])
def test_cells_of_other_settings_are_refused(arm, texts, tmp_path, change):
    path = tmp_path / "cells.csv"
    list(low_shot(STUDY, path, texts=texts))
    if change == "settings":
        arm.strength = (0.7,)
    elif change == "weights":
        arm.sha256 = "other"
    else:
        texts = replace(texts, valid=texts.valid[:-1], valid_labels=texts.valid_labels[:-1])
    with pytest.raises(EngineError, match=r"other settings, texts or weights \(fake, 10 labels"):
        list(low_shot(STUDY, path, resume=True, texts=texts))


def test_another_arms_cells_do_not_matter(arm, texts, tmp_path):
    path = tmp_path / "cells.csv"
    append(path, cell(settings="something else"))
    list(low_shot(STUDY, path, texts=texts))
    assert len(read(path)) == 5


def test_an_arm_that_is_not_here_is_left_out_with_its_reason(monkeypatch, texts, tmp_path):
    arms = {"fake": FakeArm(), "absent": FakeArm("Run `make setup`.")}
    monkeypatch.setattr(study_module, "ARMS", arms)
    study = replace(STUDY, arms=("absent", "fake"))
    events = list(low_shot(study, tmp_path / "cells.csv", texts=texts))
    assert events[:2] == [ArmMissing("absent", "Run `make setup`."), Planned(4, 0)]


def test_settings_are_the_same_in_any_order_and_as_lists_or_tuples():
    assert settings_hash({"a": (1, 2), "b": 3}) == settings_hash({"b": 3, "a": [1, 2]})
    assert settings_hash({"a": 1}) != settings_hash({"a": 2})


# Real arms


def test_every_arm_says_what_it_is():
    for name, found in ARMS.items():
        assert found.name == name
        assert found.title
        assert found.about.endswith(".")
        assert settings_hash(found.settings())


def test_tf_idf_learns_the_planted_words(texts, tmp_path):
    study = LowShotStudy(("tf-idf",), sizes=(20, 200), seeds=(0,))
    cells = [e for e in low_shot(study, tmp_path / "cells.csv", texts=texts) if isinstance(e, Cell)]
    # A text without the planted word (one in four) can only be guessed: 7/8 at best.
    assert cells[1].accuracy > 0.75
    assert cells[1].n_test == 80
    assert cells[1].accuracy > cells[0].accuracy - 0.1


def test_tf_idf_sees_the_labelled_texts_only(texts):
    arm = ARMS["tf-idf"].open(texts, "cpu")
    rows = texts.draw(10, 0)
    list(arm.prepare(rows))
    arm.train(rows, {"n_gram": 1, "C": 1.0}, 0)
    words = set(arm._counted[2].get_feature_names_out())
    assert words == {word for row in rows for word in texts.pool[row].split()}


def test_words_are_cut_as_in_the_app():
    assert as_words("Don't! U.S. FILMS\n\n3.5 ★") == "don't ! u.s. films 3.5 ★"


def test_the_probe_pools_the_first_pieces_of_a_text(tmp_path, minilm_model):
    """Against MiniLM's own reader on a text that is short enough for both."""
    from engine.text import Sentence

    text = "A lovely film about the river bank ."
    long = " ".join(["word"] * 300)
    labels = np.array([0, 1], np.int64)
    texts = LowShotTexts((text, long), labels, (text, long), labels, (long, text), labels)
    probe = OpenProbe(texts, Probe((384,) * 7, (1.0,), MinilmMeans("cpu")), tmp_path)
    rows = np.array([1, 0])
    assert list(probe.prepare(rows[:1])) == [(2, 5), (4, 5), (5, 5)]
    assert list(probe.prepare(rows)) == [(1, 1)]
    assert list(probe.prepare(rows)) == []
    vectors = probe._stored["pool"].read(rows)
    assert vectors.shape == (2, 7, 384)
    encoded = minilm_model.encode([Sentence(text)])
    assert (encoded.n_pieces == 1).all()
    for layer in range(7):
        expected = encoded.layers[layer].mean(axis=0)
        assert np.abs(vectors[1, layer] - expected).max() < 5e-3  # stored as float16
    first = minilm_model.encode([Sentence(" ".join(["word"] * 254))])
    assert np.abs(vectors[0, 3] - first.layers[3].mean(axis=0)).max() < 5e-3
    trained = probe.train(rows, {"layer": 3, "C": 1.0}, 0)
    assert trained.validation_accuracy == 1.0
    assert trained.test().tolist() == [1, 0]


def test_stored_rows_are_written_once_and_found_again(tmp_path, rng):
    values = rng.normal(size=(10, 2, 3)).astype(np.float16)
    stored = StoredRows(tmp_path / "folder" / "x", values.shape)
    assert stored.absent(np.array([7, 2, 7])).tolist() == [2, 7]
    stored.write(np.array([7, 2]), values[[7, 2]])
    again = StoredRows(tmp_path / "folder" / "x", values.shape)
    assert again.absent(np.arange(10)).tolist() == [0, 1, 3, 4, 5, 6, 8, 9]
    assert (again.read(np.array([2, 7, 2])) == values[[2, 7, 2]]).all()
    assert (again.read(np.array([7, 2]), 1) == values[[7, 2], 1]).all()
    assert again.read(np.array([2])).dtype == np.float32
    with pytest.raises(AssertionError):
        again.read(np.array([3]))


def test_the_texts_are_the_sources_splits(monkeypatch):
    with pytest.raises(UnknownName, match="have no labels"):
        low_shot_texts("wikipedia")
    try:
        found = low_shot_texts("movie-snippets")
    except DataUnavailable as missing:
        pytest.skip(str(missing))
    assert not set(found.pool) & set(found.test)
    assert set(found.pool_labels) == {0, 1}


# The command


def test_the_command_runs_cells_and_refuses_what_belongs_to_the_other_study(
    arm, texts, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(study_module, "low_shot_texts", lambda _source: texts)
    path = tmp_path / "cells.csv"
    command = ["study", "low-shot", "--arms", "fake", "--sizes", "10", "--seeds", "0,1"]
    command += ["--results", str(path)]
    assert main(command) == 0
    told = capsys.readouterr().out
    assert "2 cells, 0 done before" in told
    assert "2/2  fake, 10 labels, seed 1: accuracy 0.900 on 80 texts" in told
    assert list(read(path)) == [CellKey("fake", 10, 0), CellKey("fake", 10, 1)]
    assert main(command) == 1
    assert "--resume" in capsys.readouterr().err
    assert main([*command, "--inputs", "random"]) == 2
    assert main(["study", "task-model", "--arms", "tf-idf"]) == 2
    assert main(["study", "low-shot", "--arms", "fake", "--sizes", "x"]) == 2
