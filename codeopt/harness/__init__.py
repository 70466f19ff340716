"""Code that runs inside the target project's interpreter: standard library only, CPython 3.9 on.

It is started by path (``python codeopt/harness/__main__.py``), registers itself as the package
``_codeopt_harness`` so that no name of the project is shadowed, and talks length-prefixed JSON.
Nothing of codeopt imports it, and it imports nothing of codeopt.
"""
