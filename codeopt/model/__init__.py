"""Immutable values that pass between the stages; nothing here knows of a stage."""
