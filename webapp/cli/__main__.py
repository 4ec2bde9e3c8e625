"""``python -m webapp.cli`` is ``motcua``."""

from webapp.cli import main

if __name__ == "__main__":
    main()
