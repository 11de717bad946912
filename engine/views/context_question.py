"""A question beside its context, as a task of two inputs has it: which words of the context are
nearest to each word of the question, and is the whole question nearer to one context than to
another?
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import EngineError, TextError
from engine.figures.two_inputs import Row, two_inputs
from engine.text import Sentence, check_text
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown
from engine.views.baselines import STATES, baseline_needs
from engine.views.context_question_read import (
    CONTEXT,
    OTHER,
    QUESTION,
    AtLayer,
    Read,
    read,
    same_words,
    words_of,
)
from engine.views.context_question_told import caption, notice, table
from engine.views.known_to import ask_each
from engine.views.sources import list_unknown

MAX_CONTEXT, MAX_QUESTION, MAX_CHARACTERS = 40, 8, 2_000


@dataclass(frozen=True)
class ContextQuestionState:
    """A question, two contexts for it, and who reads them."""

    context: str = "A mouse chases a cat"
    question: str = "Who is chased?"
    other: str = "A cat chases a mouse"
    models: tuple[str, ...] = ("minilm", "elmo", "glove")
    state: str = RAW


@VIEWS.add("context-question")
class ContextQuestionView:
    """The nearest context word of each question word, by layer and model, in two contexts."""

    title = "A question and its context"
    State = ContextQuestionState

    def needs(self, state: ContextQuestionState) -> Needs:
        """As for one word in two contexts."""
        return baseline_needs(state.models, state.state)

    def show(self, state: ContextQuestionState) -> Shown:
        """A panel a context, a row a layer; at the right, what the order of words does to the
        whole question.

        Raises:
            TextError: a sentence without a word, too long, or no plain text.
            WordNotFound: no model knows a word of each.
            EngineError: no model, or a state that a few words cannot define.
        """
        sentences = _sentences(state)
        if not state.models:
            raise EngineError("Choose at least one model.")
        answers, silent = ask_each(state.models, lambda one: read(one, sentences, state.state))
        many = list(answers.values())
        contexts, asked = (state.context, state.other), words_of(sentences[QUESTION])
        rows = [_row(one, layer) for one in reversed(many) for layer in one.layers]
        n_words = [len(words_of(sentence)) for sentence in sentences]
        unknown = [note for one in many for note in list_unknown(one.title, one.unknown)]
        told = notice(many, same_words(sentences[CONTEXT], sentences[OTHER]))
        figure = two_inputs(rows, asked, contexts)
        about = caption(many, state.state, n_words)
        return Shown(figure, table(many, contexts), about, told, (*unknown, *silent))


def _sentences(state: ContextQuestionState) -> tuple[Sentence, Sentence, Sentence]:
    if state.state not in STATES:
        raise EngineError(f"Sentences are compared {' or '.join(STATES)}; got {state.state!r}.")
    limits = ((state.context, MAX_CONTEXT), (state.other, MAX_CONTEXT),
              (state.question, MAX_QUESTION))  # fmt: skip
    for text, most in limits:
        check_text(text, max_characters=MAX_CHARACTERS)
        n_words = len(words_of(Sentence(text)))
        if not n_words:
            raise TextError("Type a context and a question: one of the sentences has no word.")
        if n_words > most:
            raise TextError(
                f"“{text[:60]}” has {n_words} words; a context may have {MAX_CONTEXT} here, a "
                f"question {MAX_QUESTION}."
            )
    return Sentence(state.context), Sentence(state.other), Sentence(state.question)


def _row(one: Read, layer: AtLayer) -> Row:
    first, second = (
        [(*ranked[0],) if ranked else None for ranked in of_words] for of_words in layer.ranked
    )
    return Row(one.label(layer), first, second, layer.difference)
