"""How long what is left will take, in words."""

from __future__ import annotations


def seconds_left(done: float, seconds: float, to_do: float) -> str:
    """The time that what is left will take, in words.

    >>> seconds_left(0.25, 300, 0.5), seconds_left(0, 0, 1)
    ('about 10 min left', 'as long as it takes')
    """
    if done <= 0 or seconds <= 0:
        return "as long as it takes"
    return f"about {duration(seconds / done * to_do)} left"


def duration(seconds: float) -> str:
    """Seconds in words.

    >>> duration(42), duration(600), duration(9000)
    ('42 s', '10 min', '2 h 30 min')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
