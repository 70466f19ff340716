"""Divide a function into parts that can be made fast one by one, and put them together again."""
