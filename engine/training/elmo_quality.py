"""What the card of ELMo says of its quality: the same texts as AWD-LSTM's, read as written."""

from __future__ import annotations

from typing import Any

from engine.nets.elmo_language_model import ElmoLanguageModel
from engine.training.awd_lstm_quality import UNKNOWN_IN_WIKITEXT2, wikitext2_articles
from engine.training.written_batches import perplexities
from engine.training.written_text import WrittenText, as_written


def figures_on_test_texts(net: ElmoLanguageModel, wikipedia: WrittenText) -> dict[str, Any]:
    """Full-softmax figures on the test articles of Wikipedia and on those of WikiText-2.

    Raises:
        DataUnavailable: WikiText-2 is not on this machine.
    """
    wikitext2 = as_written(wikitext2_articles("test"), wikipedia.text.vocabulary)
    return {
        "wikipedia_test": perplexities(net, wikipedia),
        "wikitext2_test": {
            **perplexities(net, wikitext2),
            "unknown_words": UNKNOWN_IN_WIKITEXT2,
        },
    }
