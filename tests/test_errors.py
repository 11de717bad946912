"""Whatever a user may meet is an EngineError; nothing else pretends to be one."""

import inspect

import pytest

from engine import errors

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if kind.__module__ == "engine.errors"
]


def test_all_errors_for_users_share_one_base():
    assert len(KINDS) >= 8
    assert all(issubclass(kind, errors.EngineError) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_message_is_shown_as_written(kind):
    assert str(kind("One word is needed; got none.")) == "One word is needed; got none."


@pytest.mark.parametrize("builtin", [ValueError, KeyError, OSError, RuntimeError])
def test_builtin_errors_are_not_taken_for_messages_to_users(builtin):
    assert not issubclass(builtin, errors.EngineError)
    assert not any(issubclass(kind, builtin) for kind in KINDS)
