"""Run the command line with ``python -m codeopt``."""

from codeopt.cli.app import main

if __name__ == "__main__":
    main()
