"""Records of models: the same after JSON, read again when their file changes, told when stale."""

import json
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import NamedTuple

import pytest

from engine.encoder import ENCODERS
from engine.errors import CorruptFile
from engine.training.json_lines import append
from engine.views.study_records import ModelRecord, is_current, rebuilt, records


class Ends(NamedTuple):
    low: float
    high: tuple[float, ...]


@dataclass(frozen=True)
class Layer:
    name: str
    ends: Ends


@dataclass(frozen=True)
class Found(ModelRecord):
    layers: tuple[Layer, ...]
    by_count: dict[int, tuple[float, ...]]


FOUND = Found(
    (Layer("top", Ends(0.1, (0.2, 0.3))),), {5: (1.0, 2.0)}, model="glove", model_sha256="0",
    text_sha256="0", device="cpu", dtype="float32", date="2026-01-01",
)  # fmt: skip
parse = partial(rebuilt, Found)


def test_a_record_is_the_same_after_json():
    assert rebuilt(Found, json.loads(json.dumps(asdict(FOUND)))) == FOUND


def test_a_file_is_read_again_when_it_changes_and_the_last_of_a_kind_counts(tmp_path):
    path = tmp_path / "found.jsonl"
    assert records(path, parse, "a record") == {}
    append(path, FOUND)
    assert records(path, parse, "a record") == {"glove": FOUND}
    append(path, replace(FOUND, model_sha256="1"))
    append(path, replace(FOUND, model="minilm"))
    found = records(path, parse, "a record")
    assert list(found) == ["glove", "minilm"]
    assert found["glove"].model_sha256 == "1"


@pytest.mark.parametrize("line", ["{", "[]", '{"model": "glove"}'])
def test_a_line_that_is_no_record_is_named(tmp_path, line):
    path = tmp_path / "found.jsonl"
    append(path, FOUND)
    with path.open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(CorruptFile, match="line 2, is not a record"):
        records(path, parse, "a record")


def test_a_record_of_other_weights_is_not_current_and_the_hubs_are_not_compared():
    assert not is_current(FOUND)
    assert is_current(replace(FOUND, model_sha256=ENCODERS["glove"].card.sha256))
    assert is_current(replace(FOUND, model="bert-base-cased"))
    bags = replace(FOUND, model="context words")
    assert not is_current(bags, "glove")
    assert is_current(replace(bags, model_sha256=ENCODERS["glove"].card.sha256), "glove")
