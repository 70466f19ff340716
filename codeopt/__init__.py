"""codeopt makes other people's Python code faster and never breaks it."""

__version__ = "0.1.0"
