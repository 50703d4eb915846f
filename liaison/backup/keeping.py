"""Which backups are kept: the newest of each of so many days, weeks and months."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime

STAMP = "%Y%m%dT%H%M%SZ"


def name_of(at: datetime) -> str:
    """The name of a backup's folder, by which backups sort: its moment in UTC."""
    return f"portal-{at.astimezone(UTC):{STAMP}}"


def moment_of(name: str) -> datetime | None:
    """When the backup of that name was made; None for anything else that lies in the folder."""
    try:
        at = datetime.strptime(name, f"portal-{STAMP}").replace(tzinfo=UTC)
    except ValueError:
        return None
    # Read more kindly than written: what is spelled otherwise would not sort by its moment.
    return at if name_of(at) == name else None


def superseded(names: Collection[str], *, days: int, weeks: int, months: int) -> list[str]:
    """The backups that may go. Only names of backups are looked at; the newest always stays."""
    dated = sorted(((at, name) for name in names if (at := moment_of(name))), reverse=True)
    kept = {name for _at, name in dated[:1]}
    kept |= _newest_of_each(dated, lambda at: f"{at:%Y-%m-%d}", days)
    kept |= _newest_of_each(dated, lambda at: f"{at:%G-%V}", weeks)
    kept |= _newest_of_each(dated, lambda at: f"{at:%Y-%m}", months)
    return sorted(name for _at, name in dated if name not in kept)


def _newest_of_each(dated: list[tuple[datetime, str]], span: Callable[[datetime], str], most: int) -> set[str]:
    newest: dict[str, str] = {}
    for at, name in dated:
        newest.setdefault(span(at), name)
    return set(list(newest.values())[:most])
