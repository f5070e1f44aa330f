"""`python -m comention.cli`."""

from comention.cli import main

if __name__ == "__main__":
    main()
