"""From a figure of a lecture to its lab: the page that shows the same view, in the same state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from engine.encoder import title_of
from engine.views.cone_training import MEASURES as CONE_MEASURES
from engine.views.context_measures import STATIC_MEASURES, TYPE_MEASURES
from engine.views.lecture_claims import CLAIMS
from engine.views.lecture_claims import names as claim_names
from engine.views.senses_drawn import MEASURES as SENSE_MEASURES
from engine.views.shape_measures import MEASURES
from pages._ui.anisotropy_parts import LIKENESS, SOURCES
from pages._ui.claims import TEXTS
from pages._ui.cures import FITTED_ON
from pages._ui.labs_language import LABS as LANGUAGE_LABS
from pages._ui.labs_words import WORD_LABS
from pages._ui.own_text import layer_names_of
from pages._ui.polysemy import PARTS as POLYSEMY
from pages._ui.published import MEASURES as PUBLISHED_MEASURES
from pages._ui.style import page_title

Params = dict[str, Any]


class Lab(NamedTuple):
    """A page and its link's parameters, which hold what its controls show."""

    page: str
    params: Params

    @property
    def title(self) -> str:
        """As a link names it."""
        return page_title(Path(self.page))


def lab_of(view: str, state: Any) -> Lab | None:
    """Where the view stands; None where no page shows it, or not on such a text."""
    make = _LABS.get(view)
    if make is None or getattr(state, "source", "senses") not in {*SOURCES, "text"}:
        return None
    page, params = make(state)
    return Lab(page, {name: value for name, value in params.items() if value not in ("", [])})


def _titles(models: tuple[str, ...]) -> list[str]:
    return [title_of(model) for model in models]


def _layer(model: str, number: int) -> str:
    names = layer_names_of(model)
    return names[number] if len(names) > 1 else ""


def _frame(state: Any) -> Params:
    return {
        "measure_source": SOURCES[state.source], "measure_state": state.state,
        "measure_unit": state.unit, "measure_punctuation": str(state.punctuation).lower(),
        "measure_first": str(state.first_words).lower(),
        "measure_frequency": str(state.min_frequency),
    }  # fmt: skip


def _anisotropy(part: str, **more: Callable[[Any], Any]) -> Callable[[Any], tuple[str, Params]]:
    """A part of the Anisotropy page that has a frame, and several models or one."""

    def lab(state: Any) -> tuple[str, Params]:
        params = {"measure_part": part, "measure_models": _titles(state.models)}
        params |= _frame(state) | {name: value(state) for name, value in more.items()}
        return "20_anisotropy.py", params

    return lab


def _first_title(state: Any) -> str:
    return title_of(state.models[0])


def _frame_switches(state: Any) -> tuple[str, Params]:
    return "20_anisotropy.py", {
        "measure_part": "The frame", "measure_model": title_of(state.model),
        "measure_source": SOURCES[state.source], "measure_state": state.state,
        "measure_layer": _layer(state.model, state.layer),
    }  # fmt: skip


def _shape(state: Any) -> tuple[str, Params]:
    for part, key, group in (
        ("In context", "measure_static", STATIC_MEASURES),
        ("In context", "measure_types", TYPE_MEASURES),
        ("Shape", "measure_shape", MEASURES),
    ):
        if state.measure_name in group:
            page, params = _anisotropy(part)(state)
            return page, params | {key: group[state.measure_name].title}
    return _anisotropy("Shape")(state)


def _cures(state: Any) -> tuple[str, Params]:
    layer = getattr(state, "layer", -1)
    return "20_anisotropy.py", {
        "measure_part": "Cures", "cures_model": title_of(state.model),
        "cures_on": FITTED_ON[getattr(state, "fitted_on", "senses")],
        "cures_layer": _layer(state.model, layer), "cures_cure": getattr(state, "cure", ""),
    }  # fmt: skip


def _published(state: Any) -> tuple[str, Params]:
    return "20_anisotropy.py", {
        "measure_part": "Published", "published_models": _titles(state.models),
        "published_measure": PUBLISHED_MEASURES[state.measure_name],
        "published_adjusted": str(state.adjusted).lower(),
    }  # fmt: skip


def _cone_training(state: Any) -> tuple[str, Params]:
    return "20_anisotropy.py", {
        "measure_part": "How training makes it", "cone_measure": CONE_MEASURES[state.measure_name],
    }  # fmt: skip


def _claim(name: str) -> Callable[[Any], tuple[str, Params]]:
    def lab(state: Any) -> tuple[str, Params]:
        return "25_claims.py", {
            "claim": claim_names()[name], "claims_source": TEXTS[state.source],
            "claims_state": state.state,
        }  # fmt: skip

    return lab


def _left_picture(state: Any) -> tuple[str, Params]:
    return "25_claims.py", {
        "claim": claim_names()["isotropic"], "claims_static": title_of(state.model),
    }  # fmt: skip


def _two_contexts(state: Any) -> tuple[str, Params]:
    return "30_polysemy.py", {
        "poly_part": POLYSEMY["duel"], "pair_first": state.first,
        "pair_second": state.second, "pair_word": state.word,
        "pair_models": _titles(state.models), "pair_state": state.state,
    }  # fmt: skip


def _senses(state: Any) -> tuple[str, Params]:
    return "30_polysemy.py", {
        "poly_part": POLYSEMY["senses"], "sense_word": state.word,
        "pair_models": _titles(state.models),
        "sense_measure": SENSE_MEASURES[state.measure_name], "sense_state": state.state,
    }  # fmt: skip


def _occurrences(state: Any) -> tuple[str, Params]:
    return "40_own_sentences.py", {
        "text": state.text, "own_model": title_of(state.model),
        "own_layer": _layer(state.model, state.layer), "own_state": state.state,
    }  # fmt: skip


_LABS: Mapping[str, Callable[[Any], tuple[str, Params]]] = {
    "anisotropy": _anisotropy("How alike are two words?"),
    "cones": _anisotropy("How alike are two words?"),
    "cone": _anisotropy("How alike are two words?", measure_cone_model=_first_title),
    "layer-close-up": _anisotropy(
        "How alike are two words?",
        measure_close_model=_first_title,
        measure_close_layer=lambda state: _layer(state.models[0], state.layer),
    ),
    "contextuality": _anisotropy(
        "In context", measure_likeness=lambda state: LIKENESS.get(state.measure_name, "")
    ),
    "rogue-dimensions": _anisotropy("Rogue dimensions", measure_model=_first_title),
    "frame-switches": _frame_switches,
    "shape": _shape,
    "cures": _cures,
    "cures-by-layer": _cures,
    "published": _published,
    "cone-training": _cone_training,
    "left-picture": _left_picture,
    "two-contexts": _two_contexts,
    "senses": _senses,
    "occurrences": _occurrences,
    **WORD_LABS,
    **{view: _claim(name) for name, view in CLAIMS.items()},
    **LANGUAGE_LABS,
}
