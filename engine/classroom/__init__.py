"""A class that follows its lecturer: rooms, where the lecturer is, and votes.

A room is known by a short code, which whoever has it may follow. Only the browser that drives it
may move it. Nothing in it tells who somebody is: a browser is known by a random word of its own,
and the room keeps only what that word hashes to with the room's salt, so that a vote can be
changed but not counted twice, and nobody can be followed from one room to another. Rooms end by
themselves (`rules.HOURS` after the lecturer's last move), and their votes with them.

    rules      what a room takes: codes, places, sizes
    rows       what is known of a room and of a vote
    rooms      the store: open, move, hand over, close
    polls      the store: ask, vote, show, ask again
    told       what a browser is told of a room, as JSON
"""
