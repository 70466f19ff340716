"""The rewrites themselves, grouped by what they look at; each states what it needs."""
