"""`python -m bot`, and the console script `xiaobian`: both are `bot.cli`."""

from bot.cli import main

if __name__ == "__main__":
    main()
