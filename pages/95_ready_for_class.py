"""Ready for class: what a lecture needs, and how fast it is on this machine."""

from pages._ui.ready import show_ready
from pages._ui.style import heading, status_line

heading(
    "Ready for class",
    "Look here before the class comes: what is missing, what to do about it, and how long each "
    "figure takes on this machine. `python -m engine doctor --class` says the same.",
)
show_ready()
status_line("Looking changes nothing; models and measurements stay in this server's memory.")
