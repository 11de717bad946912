"""ULMFiT's session: what it tells, that it learns, and that it goes on exactly where it was."""

import json

import numpy as np
import pytest
import torch

from engine.checkpoints import read_whole, save_whole
from engine.cli.program import main
from engine.cli.ulmfit import settings_of
from engine.errors import (
    CorruptFile,
    DataUnavailable,
    EngineError,
    ModelUnavailable,
    TextError,
    UnknownName,
)
from engine.training.events import (
    Batch,
    EpochEnded,
    Finished,
    SampleText,
    StageBegan,
    StageEnded,
    Unfrozen,
    Validated,
)
from engine.training.session import SESSIONS
from engine.training.ulmfit.answers import TrainedState
from engine.training.ulmfit.config import Sample
from tests.planted_texts import planted, settings  # noqa: F401
from tests.small_nets import shipped_to

pytestmark = [pytest.mark.usefixtures("planted"), pytest.mark.slow]  # small nets are trained


def session(**changes):
    torch.set_num_threads(1)
    return SESSIONS["ulmfit"](settings(**changes), device="cpu")


def run(given, n_batches=None):
    """The events of so many batches, or of all that are left."""
    events = []
    while not given.finished and (n_batches is None or n_batches > 0):
        events += list(given.advance())
        n_batches = None if n_batches is None else n_batches - 1
    return events


def of(kind, events, stage=None):
    found = [event for event in events if isinstance(event, kind)]
    return [event for event in found if stage is None or event.stage == stage]


def losses(events):
    return [event.loss for event in of(Batch, events)]


def test_a_batch_is_one_event_and_stages_epochs_and_thawing_stand_around_it():
    given = session()
    calls = []
    while not given.finished:
        calls.append(list(given.advance()))
    events = [event for call in calls for event in call]
    assert all(len(of(Batch, call)) == 1 for call in calls)
    assert [event.step for event in of(Batch, events)] == list(range(1, len(calls) + 1))
    assert [event.stage for event in of(StageBegan, events)] == ["pretrain", "adapt", "classify"]
    assert isinstance(calls[0][0], StageBegan) and isinstance(calls[-1][-1], Finished)
    began, ended = of(StageBegan, events), of(StageEnded, events)
    for before, after in zip(ended[:-1], began[1:], strict=True):
        assert before.weights == after.weights and before.step == after.step
    assert len({event.weights for event in (*began, *ended)}) == 4
    assert len(of(EpochEnded, events, "classify")) == 4
    thawed = [event.groups for event in of(Unfrozen, events, "classify")]
    assert thawed == [("head",), ("LSTM 2",), ("LSTM 1",), ("embedding",)]
    classify = of(Batch, events, "classify")
    assert classify[0].frozen == ("embedding", "LSTM 1", "LSTM 2")
    per_epoch = began[-1].n_batches // began[-1].n_epochs
    for event in classify:
        still = ("embedding", "LSTM 1", "LSTM 2")[: 3 - event.epoch]
        assert (
            event.frozen == still and event.epoch == (event.step - began[-1].step - 1) // per_epoch
        )
        for group in began[-1].groups:
            norms = event.rates[group], event.gradient_norms[group], event.weight_changes[group]
            assert all(value == 0 for value in norms) == (group in still)


def test_rates_follow_the_schedule_batch_by_batch():
    events = run(session(adapt__rate=0.03, classify__schedule="slanted triangles"))
    adapt = of(Batch, events, "adapt")
    n, cut = len(adapt), len(adapt) // 10
    tops = [event.rates["LSTM 2"] for event in adapt]
    p = [t / cut if t < cut else 1 - (t - cut) / (n - cut) for t in range(n)]
    assert tops == pytest.approx([0.03 * (1 + 31 * x) / 32 for x in p])
    assert adapt[0].rates["LSTM 1"] == pytest.approx(adapt[0].rates["LSTM 2"] / 2.6)
    pretrain = of(Batch, events, "pretrain")[0]
    assert len(set(pretrain.rates.values())) == 1
    heads = [event.rates["head"] for event in of(Batch, events, "classify")]
    assert [rate == max(heads) for rate in heads[:6]] == [True, False, False] * 2


def test_the_language_model_is_measured_before_and_after_and_writes():
    events = run(session(watch="general", sample__every=3, sample__prompt="The film"))
    adapt = of(Validated, events, "adapt")
    assert set(adapt[0].figures) == {
        "perplexity", "unknown_rate", "watched_perplexity", "watched_unknown_rate",
    }  # fmt: skip
    assert adapt[0].step == of(StageBegan, events, "adapt")[0].step
    writing = of(SampleText, events, "adapt")
    assert all(event.prompt == "The film" and len(event.text.split()) == 5 for event in writing)
    n_batches = of(StageBegan, events, "adapt")[0].n_batches
    assert len(writing) == 2 + (n_batches - 1) // 3
    assert not of(SampleText, events, "classify")
    assert set(of(Validated, events, "classify")[0].figures) == {
        "loss", "accuracy", "watched_perplexity", "watched_unknown_rate",
    }  # fmt: skip


def test_a_classifier_is_validated_as_often_as_asked_and_at_the_end():
    events = run(session(classify__epochs=5, classify__validate_epochs=2))
    ends = [event.step for event in of(EpochEnded, events, "classify")]
    steps = [event.step for event in of(Validated, events, "classify")]
    assert steps == [ends[1], ends[3], ends[4]]


def test_a_classifier_forgets_nothing_until_its_language_model_is_unfrozen():
    def watched(**changes):
        events = run(session(watch="general", classify__rate=0.05, **changes))
        told = {stage: of(Validated, events, stage) for stage in ("adapt", "classify")}
        return {
            stage: [event.figures["watched_perplexity"] for event in found]
            for stage, found in told.items()
        }

    frozen = watched(classify__unfreezing="last")
    assert frozen["classify"] == pytest.approx([frozen["adapt"][-1]] * 4, rel=1e-5)
    gradual = watched(classify__unfreezing="gradual")["classify"]
    assert gradual[0] == pytest.approx(frozen["classify"][0], rel=1e-5)
    unfrozen = watched(classify__unfreezing="all", classify__discriminative=False)["classify"]
    assert unfrozen[0] != pytest.approx(frozen["classify"][0], rel=3e-4)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_run_that_was_restored_goes_on_with_the_same_losses_and_weights(seed, tmp_path):
    whole = session(seed=seed, direction=("forward", "backward", "both")[seed])
    n_batches = {name: 0 for name in ("pretrain", "adapt", "classify")}
    paths, hashes, after = [], [], []
    while not whole.finished:
        paths.append(tmp_path / f"{len(paths)}.safetensors")
        hashes.append(whole.save(paths[-1]))
        after.append(list(whole.advance()))
        n_batches[of(Batch, after[-1])[0].stage] += 1
    last = whole.save(tmp_path / "last.safetensors")
    assert len(set(hashes)) == len(hashes)
    borders = np.cumsum([0, *n_batches.values()]).tolist()
    middle = borders[2] + n_batches["classify"] // 4  # where the first group thaws
    other = session(seed=seed, direction=whole.config.direction)
    for start in (0, borders[1] - 2, borders[1], borders[2] - 1, middle - 1, middle):
        other.restore(paths[start])
        assert other.step == start
        assert other.save(tmp_path / "again.safetensors") == hashes[start]
        for number in range(start, min(start + 4, len(after))):
            assert list(other.advance()) == after[number]
            follows = hashes[number + 1] if number + 1 < len(hashes) else last
            assert other.save(tmp_path / "again.safetensors") == follows


def test_stepping_back_and_going_on_replays_the_same_events(tmp_path):
    given = session(classify__keep_best=True, classify__n_test=10)
    run(given, 20)
    given.save(tmp_path / "state.safetensors")
    first = run(given)
    assert given.finished
    given.restore(tmp_path / "state.safetensors")
    assert not given.finished
    assert run(given) == first
    given.save(tmp_path / "end.safetensors")
    other = session(classify__keep_best=True, classify__n_test=10)
    other.restore(tmp_path / "end.safetensors")
    assert other.finished
    with pytest.raises(EngineError, match="finished"):
        list(other.advance())


def test_random_numbers_drawn_elsewhere_do_not_disturb_a_run():
    first = losses(run(session(), 12))
    disturbed, found = session(), []
    for _ in range(12):
        torch.rand(3)
        found += losses(disturbed.advance())
    assert found == first
    torch.manual_seed(5)
    wanted = torch.rand(1)
    torch.manual_seed(5)
    run(session(), 1)
    assert torch.equal(torch.rand(1), wanted)


def test_another_seed_is_another_run():
    assert losses(run(session(seed=0), 3)) != losses(run(session(seed=1), 3))


def test_films_and_books_start_from_the_same_shipped_weights(tmp_path):
    with shipped_to(tmp_path / "models"):
        films, books = (
            run(session(pretrain__start="shipped", adapt__text=name), 1)
            for name in ("films", "books")
        )
        both = run(session(pretrain__start="shipped", direction="both"), 1)
    assert [type(event) for event in films[:3]] == [StageBegan, StageEnded, StageBegan]
    assert films[0].n_batches == 0
    assert len({event.weights for event in (*films[:3], *books[:3])}) == 1
    assert both[0].weights != films[0].weights
    assert losses(films) != losses(books)


def test_shipped_weights_can_be_trained_on_without_changing_their_words(tmp_path):
    with shipped_to(tmp_path / "models"):
        as_it_is = run(session(pretrain__start="shipped"), 1)
        given = session(pretrain__start="shipped, trained on")
        events = run(given, 1)
        given.save(tmp_path / "state.safetensors")
    assert events[0].stage == "pretrain" and events[0].weights == as_it_is[0].weights
    assert "bank" in TrainedState(tmp_path / "state.safetensors").vocabulary


@pytest.mark.parametrize(
    ("changes", "stages"),
    [
        ({"pretrain__start": "none"}, ["adapt", "classify"]),
        ({"pretrain__start": "none", "adapt__on": False}, ["classify"]),
        ({"adapt__on": False}, ["pretrain", "classify"]),
    ],
)
def test_stages_can_be_left_out(changes, stages):
    events = run(session(**changes))
    assert [event.stage for event in of(StageBegan, events)] == stages
    assert isinstance(events[-1], Finished)


def test_without_adapting_the_classifier_keeps_the_words_that_pretraining_knew(tmp_path):
    given = session(adapt__on=False)
    run(given)
    given.save(tmp_path / "state.safetensors")
    words = TrainedState(tmp_path / "state.safetensors").vocabulary
    assert "river" in words and "good" in words
    scratch = session(adapt__on=False, pretrain__start="none")
    run(scratch)
    scratch.save(tmp_path / "scratch.safetensors")
    words = TrainedState(tmp_path / "scratch.safetensors").vocabulary
    assert "river" not in words and "good" in words


PLACES = {"embedding": "embedding", "LSTM 1": "lstms.0", "LSTM 2": "lstms.1", "head": "head"}


def test_chain_thaw_leaves_all_other_groups_as_they_were(tmp_path):
    given = session(classify__unfreezing="chain-thaw", classify__epochs=5)
    run(given, of(StageBegan, run(session(), 1))[0].n_batches)
    while not of(StageBegan, events := run(given, 1), "classify"):
        pass
    order, before = [], None
    while not given.finished:
        now = {k: v.clone() for k, v in given._run.models.state().items()}
        if before is not None:
            moved = {name for name in now if not torch.equal(now[name], before[name])}
            allowed = {
                "embedding": "embedding",
                "LSTM 1": "lstms.0",
                "LSTM 2": "lstms.1",
                "head": "head",
            }
            trains = [group for group in allowed if group not in events[-1].frozen]
            assert all(any(allowed[group] in name for group in trains) for name in moved)
            order.append(tuple(trains))
        before = now
        events = of(Batch, run(given, 1))
    everything = ("embedding", "LSTM 1", "LSTM 2", "head")
    assert list(dict.fromkeys(order)) == [
        ("head",), ("embedding",), ("LSTM 1",), ("LSTM 2",), everything,
    ]  # fmt: skip


LEARNING = {
    "pretrain__start": "none", "adapt__on": False, "classify__n_labels": 60,
    "classify__unfreezing": "all", "classify__discriminative": False, "classify__epochs": 12,
    "classify__rate": 0.02, "classify__dropout": 0.2, "classify__n_valid": 30,
    "classify__n_test": 30,
}  # fmt: skip


def test_a_planted_difference_is_learnt_and_each_words_part_in_it_is_told(tmp_path):
    given = session(**LEARNING)
    events = run(given)
    test = of(Validated, events, "classify")[-1].figures
    assert test["test_accuracy"] >= 0.9
    given.save(tmp_path / "state.safetensors")
    state = TrainedState(tmp_path / "state.safetensors", "cpu")
    found = state.classify(["A good film, a fine story.", "A dull film, a weak story."])
    assert found.shape == (2, 2) and found.sum(1) == pytest.approx([1, 1])
    assert found[0, 1] > 0.8 and found[1, 0] > 0.8
    told = state.contributions("It was a GREAT story.")
    assert told.words == ("It", "was", "a", "GREAT", "story", ".")
    assert told.label_names == ("bad", "good")
    assert int(told.changes[:, 1].argmax()) == 3
    without = state.classify(["It was a story."])[0]
    assert told.changes[3] == pytest.approx(told.probabilities - without, abs=1e-5)


def test_adapting_brings_the_targets_perplexity_down():
    changes = {"pretrain__start": "none", "adapt__epochs": 6, "adapt__rate": 0.03,
               "adapt__dropout": 0.1, "adapt__discriminative": False}  # fmt: skip
    events = run(session(**changes))
    perplexities = [event.figures["perplexity"] for event in of(Validated, events, "adapt")]
    assert perplexities[-1] < 0.8 * perplexities[0]


def test_the_best_epoch_is_kept_if_asked_for(tmp_path):
    overfed = {**LEARNING, "classify__n_labels": 6, "classify__rate": 0.05,
               "classify__schedule": "flat", "classify__n_test": 0}  # fmt: skip
    given, hashes, figures = session(**overfed, classify__keep_best=True), [], []
    while not given.finished:
        found = of(Validated, given.advance())
        figures += [event.figures for event in found]
        if found:
            hashes.append(given.save(tmp_path / "state.safetensors"))
    *epochs, kept = figures
    liked = [(each["accuracy"], -each["loss"]) for each in epochs]
    best = liked.index(max(liked))
    assert best < len(epochs) - 1
    assert kept == pytest.approx(epochs[best]) and hashes[-1] == hashes[best]


def test_a_language_model_is_asked_for_other_things_than_a_classifier(tmp_path):
    given, path = session(), tmp_path / "state.safetensors"
    given.save(path)
    with pytest.raises(EngineError, match="before the first batch"):
        TrainedState(path)
    run(given, 2)
    given.save(path)
    state = TrainedState(path, "cpu")
    with pytest.raises(EngineError, match="no labels to give"):
        state.classify(["A film."])
    with pytest.raises(TextError, match="no word"):
        state.perplexity("  ")
    assert 1 < state.perplexity("The film was good.") < 10 * len(state.vocabulary)
    sample = Sample(prompt="The film", n_words=4, temperature=0.0)
    assert state.continuation(sample) == state.continuation(sample, seed=1)
    assert len(state.continuation(sample).split()) == 4


def test_files_that_are_no_state_of_this_run_are_refused(tmp_path):
    given, path = session(), tmp_path / "state.safetensors"
    run(given, 1)
    given.save(path)
    with pytest.raises(CorruptFile, match="other settings"):
        session(seed=1).restore(path)
    tensors, about = read_whole(path)
    tensors["net.forward.embedding"] = tensors["net.forward.embedding"] + 1e-3
    save_whole(tmp_path / "altered.safetensors", tensors, about)
    with pytest.raises(CorruptFile, match="altered"):
        given.restore(tmp_path / "altered.safetensors")
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(CorruptFile, match="not a checkpoint"):
        given.restore(path)
    save_whole(path, {"x": torch.zeros(1)}, {"step": "3"})
    with pytest.raises(CorruptFile, match="not the state of a run"):
        given.restore(path)


def test_a_state_is_not_taken_up_with_other_texts(planted, tmp_path):  # noqa: F811
    given, path = session(), tmp_path / "state.safetensors"
    run(given, 1)
    given.save(path)
    session().restore(path)
    planted["films"].paths()[0].write_text("another state of the file")
    with pytest.raises(CorruptFile, match="other texts"):
        session().restore(path)


def test_a_run_names_its_data_and_begins_only_if_all_of_it_is_here(planted, tmp_path):  # noqa: F811
    planted["films"].title = "Films"
    with shipped_to(tmp_path / "models"):
        found = session(pretrain__start="shipped, trained on").facts
    assert found["data"].endswith("language: Planted; adapted to: Films; 24 labels of: Films")
    assert len(found["text"]) == 16
    assert "language" not in session(pretrain__start="none").facts["data"]
    with pytest.raises(UnknownName, match="have no labels"):
        session(classify__text="general")
    with pytest.raises(UnknownName, match="novels"):
        session(watch="novels")
    planted["general"].why_missing = "Run `fetch general` first."
    with pytest.raises(DataUnavailable, match="fetch general"):
        session()
    assert session(pretrain__start="none").step == 0
    with pytest.raises(ModelUnavailable, match="weights are not here"):
        changes = settings(pretrain__start="shipped")
        changes["net"]["shipped"] = "no-such-model"
        SESSIONS["ulmfit"](changes, device="cpu")


def test_a_text_too_short_for_its_streams_is_refused_with_a_sentence():
    with pytest.raises(EngineError, match="streams of windows"):
        list(session(pretrain__n_streams=500).advance())


def test_the_command_line_prints_events_saves_and_resumes(tmp_path, monkeypatch, capsys):
    small = [f"{stage}.{name}={json.dumps(value)}" for stage in ("net", "words", "sample")
             for name, value in settings()[stage].items()]  # fmt: skip
    for stage in ("pretrain", "adapt", "classify"):
        small += [f"{stage}.{name}={json.dumps(v)}" for name, v in settings()[stage].items()]
    sets = [part for change in small for part in ("--set", change)]
    command = ["ulmfit", "--folder", str(tmp_path / "run"), "--save-every", "3", *sets]
    assert main(command) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["event"] == "Settings" and lines[0]["classify"]["n_labels"] == 24
    saved = [line["step"] for line in lines if line["event"] == "CheckpointWritten"]
    ends = [line["step"] for line in lines if line["event"] == "StageEnded"]
    n_batches = sum(line["event"] == "Batch" for line in lines)
    assert saved == sorted({*range(3, n_batches + 1, 3), *ends})
    assert main(command) == 1
    assert "--resume" in capsys.readouterr().err
    assert main([*command, "--resume"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_set_arguments_become_nested_settings_or_are_refused():
    found = settings_of(["adapt.rate=1e-3", "sample.prompt=It was", "adapt.on=false"])
    assert found == {"adapt": {"rate": 1e-3, "on": False}, "sample": {"prompt": "It was"}}
    with pytest.raises(EngineError, match="NAME=VALUE"):
        settings_of(["adapt"])
    with pytest.raises(EngineError, match="value of its own"):
        settings_of(["adapt=1", "adapt.on=false"])
