"""From a figure to its lab: the pages on language models, the task model and ULMFiT."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.encoder import title_of
from engine.views.blank import places
from engine.views.cockpit.about import RECORDED, recorded_runs
from engine.views.cockpit.choices import labelled_texts, running_texts
from engine.views.compare_runs import MEASURES as RUN_MEASURES
from engine.views.depth import MEASURES as DEPTH_MEASURES
from engine.views.language import available
from engine.views.mix_tasks import PAIRS
from engine.views.moved_words import VECTORS as WORD_VECTORS
from engine.views.replay import END, run_named
from engine.views.task_runs import recorded_inputs, reference_sizes
from pages._ui.language import PARTS as LANGUAGE
from pages._ui.ulmfit_parts import CLAIMS
from pages._ui.ulmfit_parts import PARTS as ULMFIT

Lab = tuple[str, dict[str, Any]]
LANGUAGE_PAGE, ULMFIT_PAGE = "50_language_models.py", "70_ulmfit.py"


def _language(part: str, **params: Callable[[Any], Any]) -> Callable[[Any], Lab]:
    """A part of the page on language models, and what its controls show."""

    def lab(state: Any) -> Lab:
        shown = {name: value(state) for name, value in params.items()}
        return LANGUAGE_PAGE, {"lm_part": LANGUAGE[part], **shown}

    return lab


def _predictor(state: Any) -> str:
    return available().get(state.model, "")


def _place(state: Any) -> str:
    return {place: label for label, place in places(state.text).items()}.get(state.place, "")


def _titles(state: Any) -> list[str]:
    return [title_of(model) for model in state.models]


def _model(state: Any) -> str:
    return title_of(state.model)


def _claim(name: str) -> Callable[[Any], Lab]:
    """A claim about ULMFiT; of several tricks the state names one."""

    def lab(state: Any) -> Lab:
        chosen = CLAIMS[getattr(state, "trick", name)]
        return ULMFIT_PAGE, {"ulmfit_part": ULMFIT["claims"], "ulmfit_claim": chosen}

    return lab


def _target_text(state: Any) -> Lab:
    page, params = _claim("distribution")(state)
    return page, params | {
        "claim_target": labelled_texts().get(state.target, ""),
        "claim_general": running_texts().get(state.general, ""),
    }  # fmt: skip


def recorded_title(ref: str) -> str:
    """The title of a recorded run; "" for any other."""
    return {f"{RECORDED}{label.name}": label.title for label in recorded_runs()}.get(ref, "")


def _recorded(ref: str) -> str:
    """A recorded run as the pickers name it."""
    title = recorded_title(ref)
    return f"{title} · recorded" if title else ""


def _forgetting(state: Any) -> Lab:
    return ULMFIT_PAGE, {
        "ulmfit_part": ULMFIT["forgotten"],
        "forgetting_first": _recorded(state.first),
        "forgetting_second": _recorded(state.second),
    }


def _compare_runs(state: Any) -> Lab:
    """The cockpit plays the first of the two; below, both are compared."""
    names = {name: about.partition(" ")[0] for name, about in RUN_MEASURES.items()}
    names["watched_perplexity"] = "forgetting"
    return ULMFIT_PAGE, {
        "ulmfit_part": ULMFIT["watch"], "run": state.first,
        "compare_first": _recorded(state.first), "compare_second": _recorded(state.second),
        "compare_measure": names[state.measure],
    }  # fmt: skip


def _asked(state: Any) -> Lab:
    return ULMFIT_PAGE, {"ulmfit_part": ULMFIT["ask"], "run": state.run}


def _moved_words(state: Any) -> Lab:
    return ULMFIT_PAGE, {
        "ulmfit_part": ULMFIT["words"], "run": state.run,
        "moved_vectors": WORD_VECTORS[state.vectors],
    }  # fmt: skip


def _replay(state: Any) -> Lab:
    return ULMFIT_PAGE, {
        "ulmfit_part": ULMFIT["watch"], "run": run_named(state),
        "step": str(state.step) if state.step != END else "",
    }  # fmt: skip


def _task_model(state: Any) -> Lab:
    titles = recorded_inputs()
    chosen = [titles[name] for name in state.inputs if name in titles]
    sizes = reference_sizes()
    fewer = [title for n, title in sizes.items() if not state.matched or n <= state.matched]
    matched = fewer[-1] if fewer else ""
    return "60_what_pretraining_buys.py", {"task_inputs": chosen, "task_matched": matched}


LABS: Mapping[str, Callable[[Any], Lab]] = {
    "blank": _language(
        "guess",
        lm_model=_predictor,
        blank_text=lambda state: state.text,
        blank_place=_place,
    ),
    "next-words": _language("guess", lm_model=_predictor, next_text=lambda state: state.text),
    "two-directions": _language(
        "directions",
        two_text=lambda state: state.text,
        two_model=_model,
        two_step=lambda state: state.step,
    ),
    "independence": _language(
        "directions",
        change_text=lambda state: state.text,
        change_word=lambda state: state.word,
        change_into=lambda state: state.becomes,
        change_models=_titles,
    ),
    "translation": _language(
        "translate",
        translate_text=lambda state: state.text,
        translate_said=lambda state: str(state.said) if state.said >= 0 else "",
    ),
    "alignment": _language("translate", alignment_name=lambda state: state.name),
    "depth": _language("depth", depth=lambda state: DEPTH_MEASURES[state.measure_name]),
    "spelling": _language(
        "letters",
        letters_words=lambda state: state.words,
        letters_other=lambda state: title_of(state.models[-1]),
    ),
    "scalar-mix": _language(
        "mix",
        mix_model=_model,
        mix_tasks=lambda state: PAIRS.get(",".join(state.tasks), ""),
        mix_rate=lambda state: str(state.rate_percent),
    ),
    "context-question": _language(
        "question",
        question_context=lambda state: state.context,
        question_other=lambda state: state.other,
        question_text=lambda state: state.question,
        question_models=_titles,
        question_state=lambda state: state.state,
    ),
    "task-model": _task_model,
    "task-blocks": _task_model,
    "three-stages": _asked,
    "own-review": _asked,
    "moved-words": _moved_words,
    "replay": _replay,
    "target-text": _target_text,
    "forgetting": _forgetting,
    "compare-runs": _compare_runs,
    "claim-one-rate": _claim("one-rate"),
    "claim-layers": _claim("layers"),
    "claim-low-shot": _claim("low-shot"),
    "frozen-states": _claim("low-shot"),
    "target-reading": _claim("low-shot"),
    "language-model-quality": _claim("low-shot"),
    "claim-trick": _claim("discriminative"),
}
