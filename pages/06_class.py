"""Class: a room whose students' browsers go where the lecturer goes."""

from pages._ui.class_page import show_class
from pages._ui.style import heading, status_line

heading(
    "Class",
    "A class follows its lecturer: page, step, figure and camera, each student in their own "
    "browser, where they can also look around. Any prediction of a lecture can be put to the vote.",
)
show_class()
status_line("A room keeps where its lecturer is and what was voted, and no names.")
