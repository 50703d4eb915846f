"""Identifiers as the trade writes them, with right check digits: containers, ships, bills of lading, plates, seals."""

from __future__ import annotations

from random import Random

# No owner has these codes and no ship such a number: ships' numbers begin with 1 or 5 to 9.
OWNERS = ("DMLU", "DMKU", "DMRU")
_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [n for n in range(10, 39) if n % 11], strict=True))


def container_number(serial: int, *, is_wrong: bool = False) -> str:
    """A container number by a serial of its own (ISO 6346); with a wrong check digit where asked for."""
    body = f"{OWNERS[serial % len(OWNERS)]}{serial * 613 % 1_000_000:06d}"
    total = sum((_LETTERS.get(character) or int(character)) << place for place, character in enumerate(body))
    return f"{body}{(total % 11 % 10 + is_wrong) % 10}"


def chassis_number(serial: int) -> str:
    """A vehicle's number by a serial of its own: 17 signs, of a maker that does not exist."""
    return f"DMRZZZ{serial:011d}"


def imo_number(serial: int) -> str:
    """A ship's number (IMO, seven digits, the last a check digit)."""
    body = f"{300_000 + serial * 137}"
    check = sum(int(digit) * weight for digit, weight in zip(body, range(7, 1, -1), strict=True))
    return f"{body}{check % 10}"


def bill_number(operator: str, serial: int, random: Random) -> str:
    """A bill of lading: the carrier's code, the port's, and a number."""
    return f"{operator}MBA{random.randrange(100, 1000)}{serial:05d}"


def plate(random: Random) -> str:
    """The plate of a Kenyan, Rwandan or Ugandan truck."""

    def letters(alphabet: str, count: int) -> str:
        return "".join(random.choice(alphabet) for _ in range(count))

    if random.random() < 0.6:
        return f"K{letters('BCD', 1)}{letters('ABCDEFGHJKLMNPQRSTUVWXYZ', 1)}{random.randrange(1000):03d}" + letters(
            "ABCDEFGHJKLMNPQRSTUVWXYZ", 1
        )
    if random.random() < 0.7:
        return f"RA{letters('BCDEFGH', 1)}{random.randrange(1000):03d}{letters('ABCDEFGHJKLMNPQRSTUVWXYZ', 1)}"
    return f"UB{letters('ABCDEFGHJKLM', 1)}{random.randrange(1000):03d}{letters('ABCDEFGHJKLMNPQRSTUVWXYZ', 1)}"


def seal_number(random: Random) -> str:
    """An electronic seal."""
    return f"RCT{random.randrange(10**7):07d}"
