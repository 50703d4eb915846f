"""`./portal bench`: the benchmarks on servers as durable as the portal's; JSON lines alone on standard output."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from runner.bootstrap import TEST_GROUPS
from runner.children import complete
from runner.configuration import Configuration, environment_of, free_port, settings_for, write_env
from runner.console import Refused
from runner.run import start_portal
from runner.stage import Stage, held, set_up

# The one that needs a whole portal; all others are one process.
LOAD = "load"
# So long a set that has just been loaded may be counted, forecast and told of before visitors come.
REST_MINUTES = 30


def bench(configuration: Configuration, names: Sequence[str] = (), *, minutes: float = 1) -> int:
    """Run the benchmarks, or those named, on databases of their own; the exit code is theirs.

    ``minutes`` is how long the load test lasts; in more than one a day of the timetable is rung.
    Raises Refused, StopRequested.
    """
    with _output_kept_apart() as output, held(configuration), set_up(configuration, TEST_GROUPS, durable=True) as stage:
        settings = settings_for(configuration, stage.database_url, stage.redis_url)
        write_env(configuration, settings)
        env = environment_of(configuration, settings)
        _manage(configuration, env, "migrate", "--no-input", "--verbosity", "0")
        _manage(configuration, env, "reference_load")
        others = [name for name in names if name != LOAD]
        measure: list[str | Path] = [configuration.python, "manage.py", "bench", *others]
        code = complete(measure, env=env, cwd=configuration.root, stdout=output) if others or not names else 0
        if code == 0 and (LOAD in names or not names):
            code = _load(stage, env, minutes=minutes, output=output)
        return code


def _manage(configuration: Configuration, env: Mapping[str, str], *command: str) -> None:
    if complete([configuration.python, "manage.py", *command], env=env, cwd=configuration.root) != 0:
        raise Refused(f"manage.py {command[0]} failed; the reason stands above.")


def _load(stage: Stage, env: Mapping[str, str], *, minutes: float, output: int) -> int:
    """Two hundred visitors and a partner's events at a whole portal, on the set of BENCH_CONSIGNMENTS."""
    configuration = replace(stage.configuration, port=free_port(stage.configuration.port))
    count = configuration.given("BENCH_CONSIGNMENTS") or "10000"
    _manage(configuration, env, "bench_load", "--consignments", count, "--keep")
    own = urlsplit(env["DATABASE_URL"])._replace(path=f"/portal_bench_{count}").geturl()
    env = {**env, "DATABASE_URL": own, "PORT": str(configuration.port)}
    # It may be of an earlier version.
    _manage(configuration, env, "prepare")
    start_portal(replace(stage, configuration=configuration), env)
    test: list[str | Path] = [configuration.python, "manage.py", "load_test"]
    options = ["--rest", str(REST_MINUTES), "--seconds", str(60 * minutes), "--url", configuration.address]
    day = ["--day"] if minutes > 1 else []
    return complete([*test, *options, *day], env=env, cwd=configuration.root, stdout=output)


@contextlib.contextmanager
def _output_kept_apart() -> Iterator[int]:
    """The real standard output, as a file descriptor; meanwhile all that we print goes to standard error."""
    output = os.dup(1)
    os.dup2(2, 1)
    try:
        yield output
    finally:
        os.dup2(output, 1)
        os.close(output)
