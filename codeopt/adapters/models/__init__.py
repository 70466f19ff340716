"""Adapters of the LanguageModel port, and the layers that wrap them."""
