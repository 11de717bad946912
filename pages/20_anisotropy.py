"""Anisotropy: how alike are any two words, layer by layer?"""

from pages._ui import anisotropy_parts as parts
from pages._ui.cone_training import show_cone_training
from pages._ui.controls import choose
from pages._ui.cures import show_cures
from pages._ui.published import show_published
from pages._ui.style import heading, status_line

PARTS = {
    "alike": ("How alike are two words?", parts.alike),
    "context": ("In context", parts.in_context),
    "frame": ("The frame", parts.by_frame),
    "shape": ("Shape", parts.shape),
    "rogue": ("Rogue dimensions", parts.rogue),
    "cures": ("Cures", show_cures),
    "training": ("How training makes it", show_cone_training),
    "published": ("Published", show_published),
}

heading(
    "Anisotropy",
    "If directions were spread evenly, two random words would have a cosine of 0. Where they "
    "have more, the vectors stand in a **cone**. The number depends on which words are "
    "counted, so the frame stands under every figure.",
)
names = {name: title for name, (title, _) in PARTS.items()}
PARTS[choose("Part", list(PARTS), "measure_part", names=names)][1]()
status_line()
