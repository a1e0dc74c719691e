"""How figures are put into words, on pages and on the command line."""


def count(number: int, word: str) -> str:
    """'1 moment', '9 moments', 'no moments'."""
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
