"""Clouds: every word at every layer in 3D."""

from engine.corpora.senses import polysemous_words
from engine.encoder import is_static
from engine.views.prepared import CloudState
from pages._ui.cloud import show_cloud
from pages._ui.controls import choose, choose_from, choose_model, choose_state, toolbar
from pages._ui.style import heading, status_line

heading(
    "Clouds",
    "Each point is one word where it stands in a sentence. All layers share one basis and one "
    "scale, and the origin stays in the picture, so what you see move has moved. The *cone* "
    "layout shows each word at its exact angle to the direction that all words share.",
)
with toolbar():
    model = choose_model("cloud_model")
    sources = {"senses": "Sense corpus", "frequent": "10,000 words", "lecture": "Lecture"}
    offered = list(sources) if is_static(model) else ["senses", "lecture"]
    source = choose("Text", offered, "cloud_source", names=sources)
    state = choose_state("cloud_state")
    word = choose_from("Colour the senses of", polysemous_words(), "cloud_word", default="bank")

show_cloud(CloudState(source=source, model=model, state=state, word=word, color_by="axis_cosine"))
status_line()
