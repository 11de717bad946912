"""ULMFiT's tricks one by one: the schedule, the groups, the optimizer, the words, the settings."""

import json
from dataclasses import asdict, fields

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.errors import DataUnavailable, EngineError, UnknownName
from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig
from engine.nets.text_classifier import ClassifierConfig, TextClassifier
from engine.training.schedules import cosine, slanted_triangular
from engine.training.ulmfit import texts
from engine.training.ulmfit.carry_over import carried_over, n_new, target_vocabulary
from engine.training.ulmfit.classification import LabelledBatches, probabilities, side_by_side
from engine.training.ulmfit.config import Ulmfit, check
from engine.training.ulmfit.groups import layer_groups, phase, rates, trained_groups
from engine.training.ulmfit.models import Models, weights_hash
from engine.training.ulmfit.optimizer import GroupedAdam
from engine.training.ulmfit.settings import from_settings
from tests.planted_texts import forget, planted  # noqa: F401

GROUPS = ("embedding", "LSTM 1", "LSTM 2", "LSTM 3", "head")
SMALL = AwdLstmConfig(12, 6, 8, 3)


def small_classifier(seed=0):
    torch.manual_seed(seed)
    return TextClassifier(AwdLstm(SMALL), ClassifierConfig(2, d_hidden=5))


def with_gradients(net, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for parameter in net.parameters():
        if parameter.requires_grad:
            parameter.grad = torch.randn(parameter.shape, generator=generator)


def test_the_slanted_triangle_by_hand():
    # T = 1000, cut = 100, ratio 32: at t = 50, p = 1/2; at t = 550, p = 1 - 450/900 = 1/2.
    assert slanted_triangular(0, 1000) == 1 / 32
    assert slanted_triangular(50, 1000) == (1 + 0.5 * 31) / 32
    assert slanted_triangular(100, 1000) == 1.0
    assert slanted_triangular(550, 1000) == (1 + 0.5 * 31) / 32
    # The paper: p = 1 - (t - cut) / (cut * (1 / cut_frac - 1)).
    p = 1 - (999 - 100) / (100 * (1 / 0.1 - 1))
    assert slanted_triangular(999, 1000) == pytest.approx((1 + p * 31) / 32)


@pytest.mark.parametrize("n_steps", [1, 2, 9, 10, 19, 101, 1237])
def test_the_slanted_triangle_stays_within_its_bounds_for_any_number_of_batches(n_steps):
    found = [slanted_triangular(t, n_steps) for t in range(n_steps)]
    assert min(found) >= 1 / 32 and max(found) == 1.0
    assert int(np.argmax(found)) == n_steps // 10
    assert (np.diff(found[n_steps // 10 :]) < 0).all()


def test_a_cosine_falls_from_one_by_half_at_half_time():
    assert cosine(0, 8) == 1 and cosine(4, 8) == pytest.approx(0.5)


def test_every_parameter_of_a_classifier_but_the_softmax_bias_is_in_one_group():
    net = small_classifier()
    groups = layer_groups(net)
    assert tuple(groups) == GROUPS
    named = [name for names in groups.values() for name in names]
    every = [name for name, _ in net.named_parameters()]
    assert sorted([*named, "encoder.output_bias"]) == sorted(every)


def test_a_language_models_softmax_belongs_to_its_embedding():
    groups = layer_groups(AwdLstm(SMALL))
    assert groups["embedding"] == ["embedding", "output_bias"]
    assert sum(map(len, groups.values())) == len(list(AwdLstm(SMALL).parameters()))


def test_rates_fall_by_2_6_a_group_downwards_or_are_all_equal():
    found = rates(GROUPS, 0.01, discriminative=True)
    assert found["head"] == 0.01
    assert found["LSTM 3"] == pytest.approx(0.01 / 2.6)
    assert found["embedding"] == pytest.approx(0.01 / 2.6**4)
    assert set(rates(GROUPS, 0.01, discriminative=False).values()) == {0.01}


def test_unfreezing_goes_from_the_top_one_group_an_epoch():
    found = [trained_groups(GROUPS, "gradual", epoch) for epoch in range(7)]
    assert found[0] == ("head",) and found[1] == ("LSTM 3", "head")
    assert found[4] == found[6] == GROUPS
    assert trained_groups(GROUPS, "last", 9) == ("head",)
    assert trained_groups(GROUPS, "all", 0) == GROUPS


def test_chain_thaw_trains_the_head_then_each_group_alone_from_the_bottom_then_all():
    found = [trained_groups(GROUPS, "chain-thaw", epoch) for epoch in range(6)]
    assert found == [("head",), ("embedding",), ("LSTM 1",), ("LSTM 2",), ("LSTM 3",), GROUPS]


def test_a_phase_is_a_stretch_of_epochs_with_the_same_groups():
    found = [phase(GROUPS, "gradual", epoch, 8) for epoch in range(8)]
    assert found[:4] == [(0, 1), (1, 2), (2, 3), (3, 4)] and set(found[4:]) == {(4, 8)}
    assert phase(GROUPS, "all", 3, 8) == (0, 8)


def test_frozen_groups_do_not_move_a_bit():
    net = small_classifier()
    adam = GroupedAdam({"forward": net})
    adam.train_only(("LSTM 3", "head"))
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    for seed in range(3):
        with_gradients(net, seed)
        norms = adam.step(rates(GROUPS, 0.1, True), clip_norm=1.0)
    moved = {
        name for name, tensor in net.named_parameters() if not torch.equal(tensor, before[name])
    }
    groups = layer_groups(net)
    assert moved == {*groups["LSTM 3"], *groups["head"]}
    assert norms.changes["LSTM 2"] == norms.gradients["embedding"] == 0
    assert norms.changes["head"] > norms.changes["embedding"]


def test_the_first_step_of_adam_moves_every_weight_by_its_groups_rate():
    net = small_classifier()
    adam = GroupedAdam({"forward": net})
    adam.train_only(GROUPS)
    with_gradients(net)
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    wanted = rates(GROUPS, 0.01, True)
    adam.step(wanted, clip_norm=1e9)
    parameters = dict(net.named_parameters())
    for group, names in layer_groups(net).items():
        for name in names:
            step = (parameters[name] - before[name]).abs()
            assert_close(step, torch.full_like(step, wanted[group]), atol=1e-6, rtol=1e-2)


def test_norms_are_those_of_the_gradients_and_of_what_was_added():
    nets = {"forward": small_classifier(0), "backward": small_classifier(1)}
    adam = GroupedAdam(nets)
    adam.train_only(GROUPS)
    for seed, net in enumerate(nets.values()):
        with_gradients(net, seed)
    before = {
        d: {k: p.detach().double() for k, p in net.named_parameters()} for d, net in nets.items()
    }
    wanted = {
        group: sum(
            dict(net.named_parameters())[name].grad.double().square().sum()
            for net in nets.values()
            for name in layer_groups(net)[group]
        ).sqrt()
        for group in GROUPS
    }
    norms = adam.step(rates(GROUPS, 0.01, True), clip_norm=0.5)
    for group in GROUPS:
        assert norms.gradients[group] == pytest.approx(float(wanted[group]), rel=1e-5)
        squares = 0.0
        for direction, net in nets.items():
            parameters = dict(net.named_parameters())
            for name in layer_groups(net)[group]:
                change = parameters[name].detach().double() - before[direction][name]
                squares += float(change.square().sum())
        assert norms.changes[group] == pytest.approx(squares**0.5, rel=1e-4)


def test_each_direction_is_clipped_by_its_own_gradient():
    nets = {"forward": small_classifier(0), "backward": small_classifier(1)}
    adam = GroupedAdam(nets)
    adam.train_only(GROUPS)
    for net in nets.values():
        with_gradients(net)
    small = nets["backward"]
    for parameter in small.parameters():
        if parameter.grad is not None:
            parameter.grad *= 1e-4
    kept = {name: p.grad.clone() for name, p in small.named_parameters() if p.grad is not None}
    adam.step(rates(GROUPS, 0.01, True), clip_norm=0.5)
    assert all(
        torch.equal(p.grad, kept[name]) for name, p in small.named_parameters() if name in kept
    )
    large = [p.grad for p in nets["forward"].parameters() if p.grad is not None]
    assert torch.nn.utils.get_total_norm(large).item() == pytest.approx(0.5, rel=1e-5)


def test_a_group_that_thaws_begins_without_memory_and_the_others_keep_theirs():
    net = small_classifier()
    adam = GroupedAdam({"forward": net})
    for groups in (("head",), ("head",), ("LSTM 3", "head")):
        adam.train_only(groups)
        with_gradients(net)
        adam.step(rates(GROUPS, 0.01, True), clip_norm=1e9)
    steps = {name: int(t) for name, t in adam.state().items() if name.endswith(".step")}
    assert steps["forward.head.output.weight.step"] == 3
    assert steps["forward.encoder.lstms.2.weight_hh.step"] == 1
    assert not any("lstms.1" in name or "embedding" in name for name in steps)
    adam.train_only(("LSTM 3",))
    assert not any("head" in name for name in adam.state())


def test_an_optimizer_that_was_restored_takes_the_same_steps():
    nets = [small_classifier(), small_classifier()]
    adams = [GroupedAdam({"forward": net}) for net in nets]
    for adam in adams:
        adam.train_only(("LSTM 3", "head"))
    for seed in range(2):
        with_gradients(nets[0], seed)
        adams[0].step(rates(GROUPS, 0.01, True), 1.0)
    nets[1].load_state_dict(nets[0].state_dict())
    adams[1].restore(adams[0].state())
    for adam, net in zip(adams, nets, strict=True):
        with_gradients(net, 9)
        adam.step(rates(GROUPS, 0.01, True), 1.0)
    assert weights_hash(nets[0].state_dict()) == weights_hash(nets[1].state_dict())


OLD = Vocabulary((*SPECIAL, "the", "cat", "sat"))


def test_rows_of_known_words_are_carried_over_and_new_ones_are_the_mean():
    torch.manual_seed(0)
    lm = AwdLstm(AwdLstmConfig(len(OLD), 4, 6, 2))
    torch.nn.init.normal_(lm.output_bias)
    new = Vocabulary((*SPECIAL, "sat", "film", "the"))
    net = carried_over(lm, OLD, new)
    assert torch.equal(net.embedding[[0, 1, 2, 4]], lm.embedding[[0, 1, 4, 2]])
    assert torch.equal(net.output_bias[[0, 1, 2, 4]], lm.output_bias[[0, 1, 4, 2]])
    assert_close(net.embedding[3], lm.embedding.mean(0))
    assert_close(net.output_bias[3], lm.output_bias.mean())
    assert n_new(OLD, new) == 1
    same = torch.tensor([[1, 2, 4]])  # <eos> the sat
    other = torch.tensor([[1, 4, 2]])
    assert torch.equal(net.eval()(other).layers[-1], lm.eval()(same).layers[-1])


def test_embedding_and_softmax_are_one_parameter_after_the_words_have_changed():
    net = carried_over(AwdLstm(AwdLstmConfig(len(OLD), 4, 6, 2)), OLD, Vocabulary((*SPECIAL, "a")))
    assert [name for name, p in net.named_parameters() if p.shape == (3, 4)] == ["embedding"]
    top = torch.randn(1, 4)
    before = net.logits(top)
    with torch.no_grad():
        net.embedding[2] += 1.0
    assert_close(net.logits(top) - before, torch.tensor([[0.0, 0.0, float(top.sum())]]))


def test_the_target_vocabulary_is_the_targets_words_first_then_known_ones_while_there_is_room():
    counts = {"<eos>": 9, "film": 5, "the": 4, "rare": 1}
    found = target_vocabulary(counts, size=6, least=2, known=OLD)
    assert found.words == (*SPECIAL, "film", "the", "cat", "sat")
    assert target_vocabulary(counts, size=5, least=2, known=OLD).words[2:] == ("film", "the", "cat")
    assert target_vocabulary(counts, size=9, least=1, known=None).words[2:] == (
        "film",
        "the",
        "rare",
    )


def test_an_epoch_shows_every_text_once_and_no_batch_is_a_single_text():
    ids = [np.arange(1, n + 2) for n in range(33)]
    batches = LabelledBatches(ids, np.arange(33) % 2, batch_size=8, seed=3)
    for epoch in range(2):
        steps = range(epoch * batches.per_epoch, (epoch + 1) * batches.per_epoch)
        rows = [batches.rows(step) for step in steps]
        assert sorted(np.concatenate(rows).tolist()) == list(range(33))
        assert all(6 <= len(batch) <= 10 for batch in rows)
    assert not np.array_equal(batches.rows(0), batches.rows(batches.per_epoch))
    for n_texts in range(2, 12):
        few = LabelledBatches(ids[:n_texts], np.zeros(n_texts, np.int64), batch_size=2, seed=0)
        assert all(len(few.rows(step)) > 1 for step in range(few.per_epoch))


def test_batches_by_length_hold_like_texts_and_every_text_once_an_epoch():
    lengths = np.random.default_rng(0).permutation(np.arange(1, 33))
    batches = LabelledBatches(
        [np.ones(n, np.int64) for n in lengths], np.arange(32) % 2, 8, seed=3, order="by length"
    )
    epochs = [[batches.rows(4 * epoch + i) for i in range(4)] for epoch in range(3)]
    for epoch in epochs:
        assert sorted(np.concatenate(epoch)) == list(range(32))
        # Eight neighbouring lengths each: 1 to 8, 9 to 16, and so on.
        assert all(np.ptp(lengths[rows]) == 7 for rows in epoch)
    assert len({tuple(lengths[rows].min() for rows in epoch) for epoch in epochs}) > 1


def test_a_backward_batch_is_the_texts_reversed_and_filled_up_behind():
    ids, n_tokens = side_by_side([np.array([1, 2, 3]), np.array([4, 5])], backward=True)
    assert ids.tolist() == [[3, 2, 1], [5, 4, 0]] and n_tokens.tolist() == [3, 2]


def test_both_directions_answer_with_the_mean_of_their_probabilities():
    nets = {"forward": small_classifier(0), "backward": small_classifier(1)}
    words = Vocabulary((*SPECIAL, *"abcdefghij"))
    alone = {
        name: probabilities(Models({name: net}, words, ("bad", "good")), [np.array([1, 5, 3, 4])])
        for name, net in nets.items()
    }
    both = probabilities(Models(nets, words, ("bad", "good")), [np.array([1, 5, 3, 4])])
    assert_close(both, (alone["forward"] + alone["backward"]) / 2)
    assert not torch.allclose(alone["forward"], alone["backward"])
    as_forward = Models({"forward": nets["backward"]}, words, ("bad", "good"))
    assert_close(probabilities(as_forward, [np.array([4, 3, 5, 1])]), alone["backward"])


def test_settings_survive_json_and_leave_out_what_is_not_said():
    config = from_settings(Ulmfit, {"seed": 3, "adapt": {"on": False}, "classify": {"rate": 1}})
    assert (config.seed, config.adapt.on, config.classify.rate) == (3, False, 1.0)
    assert config.pretrain == Ulmfit().pretrain
    assert from_settings(Ulmfit, json.loads(json.dumps(asdict(config)))) == config


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"speed": 1}, "Unknown setting speed"),
        ({"adapt": {"speed": 1}}, "Unknown setting adapt.speed"),
        ({"adapt": 3}, "adapt must be names"),
        ({"seed": "one"}, "seed must be a whole number"),
        ({"seed": True}, "seed must be a whole number"),
        ({"adapt": {"on": 1}}, "adapt.on must be true or false"),
        ({"adapt": {"rate": float("nan")}}, "adapt.rate must be a number"),
        ({"adapt": {"rate": 0}}, "adapt.rate must be at least"),
        ({"direction": "up"}, "direction is one of: forward, backward, both"),
        ({"classify": {"unfreezing": "slow"}}, "classify.unfreezing is one of"),
        ({"classify": {"n_labels": 1}}, "classify.n_labels must be at least 4"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(settings, words):
    with pytest.raises(EngineError, match=words):
        from_settings(Ulmfit, settings)


def test_chain_thaw_needs_an_epoch_for_each_group_and_one_for_all():
    config = from_settings(Ulmfit, {"classify": {"unfreezing": "chain-thaw", "epochs": 5}})
    with pytest.raises(EngineError, match=r"classify\.epochs must be at least 6"):
        check(config)
    check(from_settings(Ulmfit, {"classify": {"unfreezing": "chain-thaw", "epochs": 6}}))


def test_every_setting_says_what_it_is():
    def leaves(config):
        for each in fields(config):
            value = getattr(config, each.name)
            yield from leaves(value) if hasattr(value, "__dataclass_fields__") else [each]

    assert all(each.metadata["about"] for each in leaves(Ulmfit()))


def test_numbered_texts_are_the_same_under_a_vocabulary_as_read_with_it():
    from engine.training.prepared_text import prepare

    given = ["The cat sat. A cat!", "It sat."]
    found, wanted = texts.numbered(given).under(OLD), prepare(iter(given), OLD)
    assert np.array_equal(found.ids, wanted.ids) and np.array_equal(found.starts, wanted.starts)
    assert found.n_characters == wanted.n_characters
    each = texts.numbered(given).each_under(OLD)
    assert OLD.decode(each[1].tolist()) == ["<eos>", "<unk>", "sat", "<unk>", "<eos>"]
    assert texts.numbered(given).counts()["cat"] == 2


def test_running_text_is_kept_on_disk_for_as_long_as_its_files_are_the_same(planted, tmp_path):  # noqa: F811
    first = texts.running_text("films", "train", 10)
    kept = list((tmp_path / "cache").rglob("*.npz"))
    assert len(kept) == 1 and kept[0].name.startswith("films-train-10-")
    forget()
    again = texts.running_text("films", "train", 10)
    assert again.words == first.words and np.array_equal(again.ids, first.ids)
    assert len(first.starts) == 11
    planted["films"].paths()[0].write_text("another state of the file")
    texts.running_text("films", "train", 10)
    assert len(list((tmp_path / "cache").rglob("*.npz"))) == 2


def test_a_users_own_text_is_never_written_anywhere(planted, monkeypatch, tmp_path):  # noqa: F811
    monkeypatch.setattr(texts, "is_own", lambda name: name == "films")
    texts.running_text("films", "train", 10)
    assert not list((tmp_path / "cache").rglob("*.npz"))


def test_labelled_texts_are_drawn_evenly_and_anew_for_each_seed(planted):  # noqa: F811
    first, other = (texts.drawn_labelled("films", 20, seed) for seed in (0, 1))
    assert first.labels.sum() == 10 and other.labels.sum() == 10
    assert not np.array_equal(first.texts.ids[:20], other.texts.ids[:20])
    measured = texts.measured_labelled("films", "valid", 12)
    assert measured.labels.sum() == 6 and measured.names == ("bad", "good")
    assert len(texts.measured_labelled("films", "valid", 1000).labels) == 30


def test_texts_that_are_not_there_are_named(planted):  # noqa: F811
    with pytest.raises(UnknownName, match="novels"):
        texts.running_text("novels", "train", 0)
    with pytest.raises(UnknownName, match="have no labels"):
        texts.drawn_labelled("general", 4, 0)
    with pytest.raises(EngineError, match="there are 60"):
        texts.drawn_labelled("films", 61, 0)
    planted["films"].why_missing = "Run `fetch films` first."
    with pytest.raises(DataUnavailable, match="fetch films"):
        texts.running_text("films", "train", 7)
