"""The pure core: what a ramp is and what to do next. Standard library only.

Nothing here reads a clock, does I/O, logs, draws random numbers or awaits. `step` takes a state and an
input and returns a Decision; the shell around it commits the Decision, then acts on it.
"""
