"""TANs (section 12): 13 symbols of 5 bits and a check symbol over GF(32)."""

from . import labels
from .codec import WHITE_SPACE
from .primitives import hmac
from .refused import require

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 13
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015"
READ_AS = {"I": "1", "L": "1", "O": "0"}


def check_symbol(values: list[int]) -> int:
    """Σ αⁱ·sᵢ in GF(2)[x]/(x⁵ + x² + 1), by Horner's rule."""
    check = 0
    for value in reversed(values):
        check = (check ^ value) << 1
        if check & 0b100000:
            check ^= 0b100101
    return check


def from_random(data: bytes) -> str:
    """The 13 symbols of 13 random bytes, of each its low five bits."""
    return "".join(ALPHABET[byte & 31] for byte in data[:SYMBOLS])


def display(symbols: str) -> str:
    """As it is shown: `XXXXX-XXXXX-XXXX`."""
    whole = symbols + ALPHABET[check_symbol([ALPHABET.index(symbol) for symbol in symbols])]
    return f"{whole[:5]}-{whole[5:10]}-{whole[10:]}"


def read(text: str) -> str:
    """The 13 symbols that a person typed (section 12.2)."""
    values = []
    for character in text:
        if character in WHITE_SPACE or character in DASHES:
            continue
        upper = character.upper() if character.isascii() else character
        upper = READ_AS.get(upper, upper)
        require(upper in ALPHABET, "symbol")
        values.append(ALPHABET.index(upper))
    require(len(values) == SYMBOLS + 1, "length")
    require(check_symbol(values[:SYMBOLS]) == values[SYMBOLS], "check")
    return "".join(ALPHABET[value] for value in values[:SYMBOLS])


def whole(symbols: str) -> str:
    """All 14 symbols, without dashes: as they are sent."""
    return display(symbols).replace("-", "")


def tan_hash(key: bytes, symbols: str) -> bytes:
    """What the server keeps in the TAN's place (section 12.3)."""
    return hmac(key, labels.TAN + symbols.encode("ascii"))
