"""What the links of the Lectures page are made of."""

LECTURE, STEP, WHOLE = "lecture", "step", "whole"
