"""Rewrites of known slow patterns, which need no model."""

from codeopt.propose.catalogue.registry import REWRITES, listing

__all__ = ["REWRITES", "listing"]
