"""The cockpit's own logic, which runs in the browser: what it makes of a run's events. Run by the
Node that Playwright brings.
"""

import json
import math
import subprocess
from functools import cache
from pathlib import Path

import playwright
import pytest

from engine.figures.run_packet import packed_events, to_bytes
from engine.figures.scripts import script
from engine.training.events import Batch, Unfrozen, Validated
from tests.fake_runs import GROUPS, fake_events

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "assets" / "js" / "cockpit"
NODE = Path(playwright.__file__).parent / "driver" / "node"
MODULES = ("history", "frame", "stops", "series", "words", "replay", "live", "keyboard")
EVENTS = list(fake_events((30, 40, 60)))
ROWS = packed_events(enumerate(EVENTS, 1))


def run(code: str, **values):
    """What a piece of JavaScript returns that sees the cockpit's modules and these values."""
    imports = "\n".join(
        f"import * as {name} from {json.dumps((SCRIPTS / f'{name}.js').as_uri())};"
        for name in MODULES
        if name in code
    )
    names = ", ".join(values)
    program = f"""{imports}
        import {{ readFileSync }} from "node:fs";
        const {{ {names} }} = JSON.parse(readFileSync(0, "utf8"));
        console.log(JSON.stringify((() => {{ {code} }})() ?? null));"""
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", program],
        input=json.dumps(values), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@cache
def frames(*steps: float):
    return run(
        """
        const past = history.appendRows(history.emptyHistory(), rows);
        return steps.map((step) => {
          const at = frame.frameAt(past, step);
          return { active: at.active?.stage.name ?? null, stages: at.stages.map((each) => ({
            name: each.stage.name, state: each.state, count: each.count, groups: each.groups,
            figures: each.validated?.figures ?? null, text: each.sample?.text ?? null,
            loss: each.loss ?? null, to: each.to ?? null, from: each.stage.from })) };
        });""",
        rows=ROWS,
        steps=list(steps),
    )


# --- what the picture shows at a place ----------------------------------------------------------


def expected_at(step: int) -> dict:
    """Told again from the events themselves, one by one: (batches by stage, frozen groups)."""
    counts = dict.fromkeys(GROUPS, 0)
    frozen: dict[str, set[str]] = {}
    for event in EVENTS:
        if event.step > step:
            break
        if isinstance(event, Batch):
            counts[event.stage] += 1
            frozen[event.stage] = set(event.frozen)
        if isinstance(event, Unfrozen):
            frozen[event.stage] -= set(event.groups)
    return {"counts": counts, "frozen": frozen}


def test_at_every_place_the_counts_and_locks_are_those_that_the_events_tell():
    steps = tuple(range(131))
    for step, at in zip(steps, frames(*steps), strict=True):
        wanted = expected_at(step)
        for stage in at["stages"]:
            assert stage["count"] == wanted["counts"][stage["name"]]
            if stage["name"] in wanted["frozen"]:
                locked = {group["name"] for group in stage["groups"] if group["frozen"]}
                assert locked == wanted["frozen"][stage["name"]], step


def test_numbers_at_a_place_are_those_of_the_batch_that_was_done_last():
    (at,) = frames(103)
    batch = next(event for event in EVENTS if isinstance(event, Batch) and event.step == 103)
    stage = next(stage for stage in at["stages"] if stage["name"] == "classify")
    assert at["active"] == "classify"
    assert stage["loss"] == pytest.approx(batch.loss, rel=1e-3)
    for group in stage["groups"]:
        assert group["rate"] == pytest.approx(batch.rates[group["name"]], rel=1e-3)
        assert group["change"] == pytest.approx(batch.weight_changes[group["name"]], rel=1e-3)
        assert group["gradient"] == pytest.approx(batch.gradient_norms[group["name"]], rel=1e-3)


def test_weights_are_handed_from_stage_to_stage_and_text_and_figures_come_when_they_were_told():
    start, end = frames(0, 130)
    first, second, third = end["stages"]
    assert first["to"] == second["from"]
    assert second["to"] == third["from"]
    assert [stage["state"] for stage in start["stages"]] == ["active", "ahead", "ahead"]
    assert [stage["state"] for stage in end["stages"]] == ["done"] * 3
    assert "county" in start["stages"][0]["text"]
    assert "acting" in second["text"]
    assert third["figures"]["accuracy"] == pytest.approx(0.85)


def test_what_is_measured_on_the_test_texts_at_the_end_takes_nothing_off_the_screen():
    found = run(
        "return frame.frameAt(history.appendRows(history.emptyHistory(), rows), step)"
        ".stages.at(-1).validated.figures;",
        rows=packed_events(
            enumerate([*EVENTS[:-1], Validated(130, {"test_accuracy": 0.8}, "classify")], 1)
        ),
        step=130,
    )
    assert found["test_accuracy"] == 0.8
    assert found["accuracy"] == pytest.approx(0.85)


def test_a_run_that_was_set_back_looks_as_if_what_came_after_had_never_been():
    cut = 80
    told = run(
        """
        const all = history.appendRows(history.emptyHistory(), rows);
        const back = history.cutAfter(all, cut);
        const never = history.appendRows(history.emptyHistory(), rows.slice(0, cut));
        const again = history.appendRows(history.cutAfter(all, cut), rows.slice(cut));
        return { same: JSON.stringify(back) === JSON.stringify(never),
                 whole: JSON.stringify(again) === JSON.stringify(all) };""",
        rows=ROWS,
        cut=cut,
    )
    assert told == {"same": True, "whole": True}


def test_rows_that_come_twice_or_in_pieces_count_once():
    told = run(
        """
        const all = history.appendRows(history.emptyHistory(), rows);
        const pieces = history.emptyHistory();
        for (let at = 0; at < rows.length; at += 7) {
          history.appendRows(pieces, rows.slice(Math.max(0, at - 3), at + 7));
        }
        return JSON.stringify(all) === JSON.stringify(pieces);""",
        rows=ROWS,
    )
    assert told is True


# --- where a replay stops -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "kind", "stop"),
    [
        (0, "batch", 1), (130, "batch", 130), (0, "epoch", 30), (30, "epoch", 50),
        (0, "unfreezing", 80), (80, "unfreezing", 90), (119, "unfreezing", 130),
        (0, "stage", 30), (30, "stage", 70), (70, "stage", 130),
    ],
)  # fmt: skip
def test_a_replay_stops_after_the_batch_the_epoch_the_unfreezing_or_the_stage(step, kind, stop):
    code = "return stops.nextStop(history.appendRows(history.emptyHistory(), rows), step, kind);"
    assert run(code, rows=ROWS, step=step, kind=kind) == stop


def test_it_goes_back_to_the_checkpoints_before_and_to_the_beginning():
    code = """const past = history.appendRows(history.emptyHistory(), rows);
        const steps = (step) => stops.checkpointsBefore(past, step).map((each) => each.step);
        return [0, 30, 31, 130].map(steps);"""
    assert run(code, rows=ROWS) == [[0], [0], [0, 30], [0, 30, 70]]


def test_a_replay_at_full_speed_takes_half_a_minute():
    assert run("return replay.replaySpeed(0, 3000);") == 100
    assert run("return replay.replaySpeed(25, 3000);") == 25


# --- shapes and words ---------------------------------------------------------------------------


def test_places_on_an_axis_are_linear_or_by_powers_and_never_outside():
    told = run(
        """const log = { low: 10, high: 1000, log: true }, flat = { low: 0.4, high: 1 };
        return [...[100, 5, 10 ** 6].map((value) => series.yOf(value, log)), series.yOf(0.7, flat),
                ...[0, 1e-6, 1e-1, 10 ** -3.5].map(series.rateShare)];"""
    )
    assert told == pytest.approx([50, 100, 0, 50, 0, 0, 1, 0.5])


def test_heat_has_a_level_of_its_own_for_no_change_and_grows_with_the_change():
    changes = [0, 1e-9, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 1e6]
    levels = run("return changes.map(series.heatLevel);", changes=changes)
    assert levels[0] == 0
    assert levels[1] == 1
    assert levels == sorted(levels)
    assert levels[-1] == levels[-2] == 7


def test_a_ribbon_covers_each_batch_that_was_done_once_and_none_that_was_not():
    changes = [[0.0]] * 10 + [[0.01]] * 20 + [[5.0]] * 7
    paths = run("return series.ribbonPaths(changes, 0, 37, 60);", changes=changes)
    covered = []
    for path in paths:
        for piece in filter(None, path.split("Z")):
            start, end = piece[1:].split("V")[0].split(" 0H")
            covered += range(int(start), int(end))
    assert sorted(covered) == list(range(37))
    assert paths[0] == "M0 0H10V1H0Z"


def test_thinning_keeps_means_and_the_last_batch():
    values = [float(n % 5) for n in range(2_000)]
    points = run("return series.thinned(values, 2000);", values=values)
    assert len(points) <= 260
    assert points[-1][0] == 2_000
    sizes = [b - a for a, b in zip([0, *[x for x, _ in points]], [x for x, _ in points])]  # noqa: B905
    total = sum(size * mean for size, (_, mean) in zip(sizes, points, strict=True))
    assert total == pytest.approx(sum(values))


def test_a_smoothed_constant_is_the_constant():
    points = [[n, 3.0] for n in range(1, 40)]
    assert [y for _, y in run("return series.smoothed(points);", points=points)] == pytest.approx(
        [3.0] * 39
    )


def test_small_numbers_are_written_with_two_figures():
    values = [0.0038461, 0.00012, 0.0000077, 12.34, 0, None]
    told = run("return values.map(words.formatSmall);", values=values)
    assert told == ["0.0038", "0.00012", "7.7·10⁻⁶", "12", "0", "–"]


def sentence_at(step: int) -> str:
    return run(
        """const at = frame.frameAt(history.appendRows(history.emptyHistory(), rows), step);
        return words.sentence(at, titles);""",
        rows=ROWS,
        step=step,
        titles=[{"name": name, "title": name} for name in GROUPS],
    )


def test_the_locks_are_told_in_words():
    told = sentence_at(85)
    assert "Stage 3 of 3" in told
    assert "batch 15 of 60 · epoch 2 of 6" in told
    assert "FFN + softmax and LSTM 3 learn; LSTM 2, LSTM 1 and Embedding are frozen" in told
    assert "All layers learn" in sentence_at(125)
    assert "One learning rate for all of them" in sentence_at(20)


# --- live ---------------------------------------------------------------------------------------


def test_the_server_is_asked_twice_a_second_while_a_run_goes_and_seldom_when_nobody_looks():
    code = "return live.waitMs({ status }, { hidden, failed });"
    assert run(code, status="running", hidden=False, failed=False) <= 500
    assert run(code, status="finished", hidden=False, failed=False) >= 1_000
    assert run(code, status="running", hidden=True, failed=False) >= 2_000
    assert run(code, status="running", hidden=False, failed=True) >= 2_000


def test_keys_are_left_to_fields_and_space_to_buttons():
    code = """const target = (wanted) => ({ matches: (list) => list.split(", ").includes(wanted) });
        return [["e", "textarea"], [" ", "button"], ["e", "button"], [" ", "div"]]
          .map(([key, tag]) => keyboard.isTheirs(key, target(tag)));"""
    assert run(code) == [True, True, False, False]


# --- the packet ---------------------------------------------------------------------------------


def test_a_packet_holds_what_the_events_say_and_no_path_of_the_server():
    content = to_bytes({"rows": ROWS}).decode()
    assert "safetensors" not in content
    back = json.loads(content)["rows"]
    assert len(back) == len(EVENTS)
    batches = [(row, e) for row, e in zip(back, EVENTS, strict=True) if isinstance(e, Batch)]
    for row, event in batches:
        assert row[1:3] == [event.step, event.epoch]
        assert row[3] == pytest.approx(event.loss, rel=1e-3)
        groups = list(event.rates)
        assert [groups[place] for place in row[6]] == list(event.frozen)


def test_numbers_that_json_does_not_have_become_nothing():
    assert json.loads(to_bytes({"a": math.nan, "b": [math.inf, 1.5]})) == {
        "a": None,
        "b": [None, 1.5],
    }


def test_the_joined_script_is_one_module_that_parses(tmp_path):
    path = tmp_path / "cockpit.mjs"
    path.write_text(script("cockpit"))
    done = subprocess.run([NODE, "--check", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert script("cockpit").count("\nexport ") == 1
