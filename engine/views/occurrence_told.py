"""An occurrence in words: its sentence, its sense, and what stands around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.text import word_key
from engine.vectors import LayeredVectors
from engine.views.sources import Source

AROUND = 30  # characters shown on either side of the word


@dataclass(frozen=True)
class Told:
    """The occurrences of a source's words, by row."""

    vectors: LayeredVectors
    senses: Mapping[tuple[str, int], str]  # (word, sentence) -> its sense there, where it is known

    @classmethod
    def of(cls, source: Source, vectors: LayeredVectors) -> Told:
        """With the senses that the source's sentences were written for."""
        corpus = source.corpus()
        pairs = zip(corpus.target_words, corpus.senses, strict=True)
        senses = {
            (word_key(word), number): sense
            for number, (word, sense) in enumerate(pairs)
            if word and sense
        }
        return cls(vectors, senses)

    def sense(self, row: int) -> str:
        """The word's sense there; "" where nobody wrote it down."""
        place = self.vectors.keys[row], int(self.vectors.sentence_ids[row])
        return self.senses.get(place, "")

    def sentence(self, row: int) -> str:
        """The whole sentence."""
        return self.vectors.sentences[self.vectors.sentence_ids[row]].text

    def around(self, row: int) -> str:
        """The word between two NULs, with a few words on either side."""
        sentence = self.vectors.sentences[self.vectors.sentence_ids[row]]
        word = sentence.words[self.vectors.positions[row]]
        before, after = sentence.text[: word.start], sentence.text[word.end :]
        if len(before) > AROUND:
            before = f"…{before[-AROUND:].partition(' ')[2] or before[-AROUND:]}"
        if len(after) > AROUND:
            after = f"{after[:AROUND].rpartition(' ')[0] or after[:AROUND]}…"
        return f"{before}\0{word.text}\0{after}"
