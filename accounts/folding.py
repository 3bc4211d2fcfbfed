"""Folding of names for search: "Müller", "Mueller" and "MULLER" meet in one spelling."""

import re
import unicodedata

_DIGRAPHS = (("ß", "ss"), ("ae", "a"), ("oe", "o"), ("ue", "u"))
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case, without accents; ä/ae, ö/oe, ü/ue and ß/ss fall together; words are separated by one blank."""
    lowered = text.casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    for digraph, letter in _DIGRAPHS:
        plain = plain.replace(digraph, letter)
    return _NOT_WORD.sub(" ", plain).strip()


def spelled(name: str) -> str:
    """Whether two names are the same: "Müller" and "MUELLER", "René" and "Rene" are. Unlike in the search, where
    more is better, "Bauer" is not "Baur"."""
    lowered = unicodedata.normalize("NFC", name).lower().translate(_UMLAUTS)
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if c.isalnum())


def fold_phone(text: str) -> str:
    """Digits of a telephone number in national form: "+49 151 55", "0049 151 55" and "0151 55" are one number."""
    digits = re.sub(r"\D", "", text)
    if digits.startswith("0049"):
        return "0" + digits[4:]
    if digits.startswith("49") and text.strip().startswith("+"):
        return "0" + digits[2:].removeprefix("0")
    return digits
