"""Plug-ins are found by name, once, and unknown names are answered with the known ones."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.corpora import CORPORA
from engine.encoder import ENCODERS, HUB
from engine.errors import UnknownName
from engine.registry import Registry

PLUGIN = """
from plugin_home import THINGS
THINGS.add({name!r})({name!r}.upper())
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with two plug-in files that register themselves."""
    folder = tmp_path / "plugin_home"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from engine.registry import Registry\nTHINGS = Registry('thing', package='plugin_home')\n"
    )
    for name in ("beta", "alpha"):
        (folder / f"{name}.py").write_text(PLUGIN.format(name=name))
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for module in [name for name in sys.modules if name.split(".")[0] == "plugin_home"]:
        del sys.modules[module]


def test_plug_ins_are_imported_when_first_asked_for(package):
    import plugin_home

    assert "plugin_home.alpha" not in sys.modules
    assert plugin_home.THINGS["alpha"] == "ALPHA"
    assert list(plugin_home.THINGS) == ["alpha", "beta"]
    assert len(plugin_home.THINGS) == 2
    assert "alpha" in plugin_home.THINGS
    assert "gamma" not in plugin_home.THINGS


def test_visitors_who_come_at_once_to_a_new_server_all_find_every_plug_in(package):
    """A hundred of a class do: one may be through with the imports while another is amid them."""
    (package / "alpha.py").write_text(
        "import time\ntime.sleep(0.1)\n" + PLUGIN.format(name="alpha")
    )
    import plugin_home

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: list(plugin_home.THINGS), range(8)))
    assert found == [["alpha", "beta"]] * 8


def test_a_new_file_is_a_new_plug_in(package):
    (package / "gamma.py").write_text(PLUGIN.format(name="gamma"))
    import plugin_home

    assert plugin_home.THINGS["gamma"] == "GAMMA"


def test_an_unknown_name_is_answered_with_the_known_ones(package):
    import plugin_home

    with pytest.raises(UnknownName, match=r"Unknown thing 'gamma'. Known: alpha, beta\."):
        plugin_home.THINGS["gamma"]


def test_a_name_is_given_once():
    things: Registry[int] = Registry("thing")
    things.add("one")(1)
    with pytest.raises(ValueError, match="Two things are called 'one'"):
        things.add("one")(2)
    assert things["one"] == 1


def test_the_projects_own_plug_ins_are_found():
    assert {"glove", "minilm", HUB} <= set(ENCODERS)
    assert {"senses", "lecture"} <= set(CORPORA)
