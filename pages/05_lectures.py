"""Lectures: text with live figures, a step at a time, and questions before the answers."""

from pages._ui.lectures import about, chosen_lecture, show_lecture, watch_files
from pages._ui.style import heading, status_line

lecture = chosen_lecture()
heading(*about(lecture))
show_lecture(lecture)
watch_files()
status_line()
