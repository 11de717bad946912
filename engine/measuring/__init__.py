"""A text of any length, measured in constant memory: a piece at a time, with its state on disk, in
parts that merge exactly, here or on many machines.

`text_file` cuts a file into pieces; `measured` is what comes of them; `job` goes through them;
`kept` is a job as a file, and merges several; `on_ray` lets a cluster measure the pieces.
"""
