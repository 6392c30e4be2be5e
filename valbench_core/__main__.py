"""Entry for `python -m valbench_core`, the way the app starts a run in a process of its own."""

from valbench_core.cli import main

if __name__ == "__main__":
    main()
