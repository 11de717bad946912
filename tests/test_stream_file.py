"""A stream of measures that is saved, read and merged is the stream that was not."""

import json
import struct

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine.errors import CorruptFile
from engine.geometry import word_sample
from engine.geometry.chunk import Rooms
from engine.geometry.frame import Frame
from engine.geometry.stream import GeometryStream
from engine.geometry.stream_file import about_stream, load_stream, save_stream
from engine.vectors.array_file import read_arrays, write_arrays


def leaves(value, path=""):
    """Everything that an object holds, by its path; places to write into hold nothing."""
    if isinstance(value, np.ndarray | int | float | str | bool | np.generic) or value is None:
        return {path: value}
    if isinstance(value, Rooms):
        return {}
    if isinstance(value, word_sample.Sampler):
        value = value.settle()
    if isinstance(value, dict):
        items = {str(key): item for key, item in value.items()}
    elif isinstance(value, list | tuple):
        items = {str(number): item for number, item in enumerate(value)}
    else:
        items = vars(value)
    return {k: v for key, item in items.items() for k, v in leaves(item, f"{path}.{key}").items()}


def assert_same(one, other):
    ours, theirs = leaves(one), leaves(other)
    assert ours.keys() == theirs.keys()
    for path, value in ours.items():
        np.testing.assert_array_equal(value, theirs[path], err_msg=path)


@pytest.mark.parametrize("shape", [True, False])
@pytest.mark.parametrize("type_cap", [4, 100])
def test_what_is_read_is_what_was_saved_to_the_last_bit(random_corpus, tmp_path, shape, type_cap):
    stream = GeometryStream(Frame(seed=3), type_cap=type_cap, shape=shape).update(random_corpus())
    save_stream(stream, tmp_path / "a.safetensors", {"said": "ä <b>"})
    found, about = load_stream(tmp_path / "a.safetensors")
    assert about == {"said": "ä <b>"} == about_stream(tmp_path / "a.safetensors")["about"]
    assert_same(stream, found)


@pytest.mark.slow
def test_a_stream_goes_on_after_it_was_read_as_if_nothing_had_been(random_corpus, cut, tmp_path):
    parts = cut(random_corpus(60), [20, 40])
    unbroken = GeometryStream(shape=True)
    broken = GeometryStream(shape=True)
    for number, (first, part) in enumerate(parts):
        unbroken.update(part, first_sentence=first)
        broken.update(part, first_sentence=first)
        save_stream(broken, tmp_path / f"{number}.safetensors", {})
        broken, _ = load_stream(tmp_path / f"{number}.safetensors")
    assert_same(unbroken, broken)
    assert_same(unbroken.result(), broken.result())


def test_eight_saved_parts_are_one(random_corpus, cut, tmp_path, monkeypatch):
    monkeypatch.setattr(word_sample, "SAMPLE", 64)  # so that the samples must be merged too
    vectors = random_corpus(200, 30)
    whole = GeometryStream(shape=True).update(vectors)
    merged = None
    for first, part in cut(vectors, [25, 50, 75, 100, 125, 150, 175]):
        path = tmp_path / f"{first}.safetensors"
        save_stream(GeometryStream(shape=True).update(part, first_sentence=first), path, {})
        stream, _ = load_stream(path)
        merged = merged.merge(stream) if merged else stream
    ours, theirs = leaves(merged.result()), leaves(whole.result())
    assert ours.keys() == theirs.keys()
    for path, value in ours.items():
        if isinstance(value, str):
            assert value == theirs[path]
        else:
            np.testing.assert_allclose(value, theirs[path], rtol=0, atol=1e-12, err_msg=path)


def test_a_stream_that_saw_nothing_is_saved_too(tmp_path):
    save_stream(GeometryStream(), tmp_path / "nothing.safetensors", {})
    assert_same(GeometryStream(), load_stream(tmp_path / "nothing.safetensors")[0])


def test_safetensors_itself_reads_the_file(random_corpus, tmp_path):
    stream = GeometryStream().update(random_corpus())
    save_stream(stream, tmp_path / "a.safetensors", {})
    arrays = load_file(tmp_path / "a.safetensors")
    assert json.loads(arrays["types"].tobytes()) == list(stream.types)
    assert np.array_equal(arrays["layer_1.sum_unit"], stream.layers[1].sum_unit)


def test_arrays_larger_than_a_block_are_written_whole(rng, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.vectors.array_file.BLOCK_BYTES", 100)
    arrays = {"a": rng.normal(size=(37, 5)), "b": np.arange(91), "c": np.array(3.5), "d": arr()}
    write_arrays(tmp_path / "x.safetensors", arrays, {})
    found, _ = read_arrays(tmp_path / "x.safetensors")
    assert all(np.array_equal(arrays[name], found[name]) for name in arrays)
    assert {n: a.dtype for n, a in arrays.items()} == {n: a.dtype for n, a in found.items()}
    assert not list(tmp_path.glob("*.unfinished"))


def arr():
    return np.empty((0, 4), np.float32)


def damaged(content: bytes) -> dict[str, bytes]:
    (length,) = struct.unpack("<Q", content[:8])
    return {
        "empty": b"",
        "text": b"a text that is no file of arrays at all",
        "cut short": content[:-9],
        "cut in the header": content[: 8 + length // 2],
        "another version": content.replace(b'\\"format\\": 1', b'\\"format\\": 7'),
        "a layer is missing": content.replace(b'"layer_0.sum_unit"', b'"layer_9.sum_unit"'),
    }


def test_a_damaged_file_is_refused(random_corpus, tmp_path):
    path = tmp_path / "a.safetensors"
    save_stream(GeometryStream().update(random_corpus()), path, {})
    content = path.read_bytes()
    for what, changed in damaged(content).items():
        assert changed != content, what
        path.write_bytes(changed)
        with pytest.raises(CorruptFile, match="safetensors"):
            load_stream(path)
