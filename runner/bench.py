"""`./portal bench`: the benchmarks on servers as durable as the portal's; JSON lines alone on standard output."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from runner.bootstrap import TEST_GROUPS
from runner.children import complete
from runner.configuration import Configuration, environment_of, settings_for, write_env
from runner.console import Refused
from runner.stage import held, set_up


def bench(configuration: Configuration, names: Sequence[str] = ()) -> int:
    """Run the benchmarks, or those named, on a database of their own; the exit code is theirs.

    Raises Refused, StopRequested.
    """
    with _output_kept_apart() as output, held(configuration), set_up(configuration, TEST_GROUPS, durable=True) as stage:
        settings = settings_for(configuration, stage.database_url, stage.redis_url)
        write_env(configuration, settings)
        env = environment_of(configuration, settings)
        for command in (["migrate", "--no-input", "--verbosity", "0"], ["reference_load"]):
            if complete([configuration.python, "manage.py", *command], env=env, cwd=configuration.root) != 0:
                raise Refused(f"manage.py {command[0]} failed; the reason stands above.")
        measure: list[str | Path] = [configuration.python, "manage.py", "bench", *names]
        return complete(measure, env=env, cwd=configuration.root, stdout=output)


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
