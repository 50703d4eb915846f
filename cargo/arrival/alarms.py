"""Whom to alarm where no more than so many may be: the bar that the most costly clear, and who stays; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

# Nobody is alarmed of what is less likely; once alarmed, one stays so down to the second chance.
LEAST_CHANCE, CALM_CHANCE = 0.3, 0.2
# On a new day a standing alarm counts so much more than a new one, so that two that cost alike do not take turns.
STANDING = 1.25


@dataclass(frozen=True, slots=True)
class Budget:
    """How many may be alarmed a day: a share of all that are open, or so many."""

    share: float | None = None
    most: int | None = None

    def of(self, opened: int) -> int:
        """The number, of so many that are open: never more than these."""
        allowed = opened if self.share is None else int(opened * self.share + 1e-9)
        return min(allowed, opened if self.most is None else self.most)


def budget(text: str) -> Budget:
    """Read ``5%`` or ``40``; raises ValueError for anything else."""
    written = text.strip()
    if not written.endswith("%"):
        return Budget(most=_from_zero(int(written)))
    share = float(written[:-1])
    if not 0.0 <= share <= 100.0:
        raise ValueError(f"no share of a hundred: {text}")
    return Budget(share=share / 100)


def _from_zero(number: int) -> int:
    if number < 0:
        raise ValueError("fewer than none")
    return number


@dataclass(frozen=True, slots=True)
class Risk:
    """What threatens one: how likely it is, and what it is expected to cost yet (the chance is in it; 0 unknown)."""

    key: int
    chance: float
    loss: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is alarmed, the most costly first, and the expected loss that one must reach for it.

    As a loss is a chance times what is at stake, the bar is one on the chance: the more is at stake, the lower it is.
    """

    keys: tuple[int, ...]
    bar: float


def choose(risks: Iterable[Risk], *, standing: Collection[int], counted: Collection[int], most: int) -> Choice:
    """Alarm the most costly, and no more than ``most`` in a day.

    ``standing`` are alarmed so far, ``counted`` those that were at any moment of this day. A day that has just begun
    (nothing is counted) is chosen anew. Later in the day who stands stays while it is likely, and what has ended has
    used up its place and is not alarmed again.
    """
    held, ended = set(standing), set(counted) - set(standing)
    is_new_day = not counted
    likely = [risk for risk in risks if _is_likely(risk, held) and risk.key not in ended]
    ordered = sorted(likely, key=lambda risk: _place(risk, held, is_new_day=is_new_day))
    used = set(counted) - {risk.key for risk in likely}
    taken = sorted(ordered[: max(most - len(used), 0)], key=_by_loss)
    bar = min((risk.loss for risk in taken), default=0.0) if len(taken) < len(ordered) else 0.0
    return Choice(tuple(risk.key for risk in taken), bar)


def _is_likely(risk: Risk, held: Collection[int]) -> bool:
    return risk.chance >= (CALM_CHANCE if risk.key in held else LEAST_CHANCE)


def _place(risk: Risk, held: Collection[int], *, is_new_day: bool) -> tuple[bool, float, float, int]:
    weight = STANDING if risk.key in held else 1.0
    return not is_new_day and risk.key not in held, -risk.loss * weight, -risk.chance * weight, risk.key


def _by_loss(risk: Risk) -> tuple[float, float, int]:
    return -risk.loss, -risk.chance, risk.key
