"""Trainings that run on their own: kept in a store, done by worker processes, one after another.

`store` keeps what is known of every run; `control` says what is wanted of one; `supervisor` hands
waiting runs to worker processes; `worker` trains; `log` follows a run; `recorded` reads the runs
that ship with the project, which look the same to whoever shows them.

What is wanted (`want`) and what is (`status`) are two things: a page writes the first, a worker
answers with the second.
"""
