"""Text without case and diacritics, for searching."""

import unicodedata


def fold(text: str) -> str:
    """Return ``text`` in lower case without diacritics: "Đặng Hữu" becomes "dang huu"."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.split())
