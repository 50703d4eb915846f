"""Keys of every kind, and an archive that is never written over and costs few questions."""

from __future__ import annotations

import io
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from feeds.ways.contract import PullFailed
from feeds.ways.folders import numbered
from feeds.ways.sftp import fingerprint, private_key
from tests.fakes.serving import serving
from tests.fakes.sftp import PASSWORD, USER, SftpServer
from tests.feeds.ways.conftest import Add, pull_now
from tests.feeds.ways.test_folder import files, put


def written(key: paramiko.PKey, passphrase: str | None = None) -> str:
    text = io.StringIO()
    key.write_private_key(text, passphrase)
    return text.getvalue()


def ed25519(passphrase: bytes) -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, BestAvailableEncryption(passphrase)).decode()


@pytest.mark.parametrize("passphrase", ["", "a word"])
@pytest.mark.parametrize("key", [paramiko.ECDSAKey.generate(), paramiko.RSAKey.generate(2048)])
def test_a_key_of_any_kind_is_read_with_blanks_around_it(key: paramiko.PKey, passphrase: str) -> None:
    text = written(key, passphrase or None)
    assert private_key(f"\n  {text}\n", passphrase).asbytes() == key.asbytes()


def test_a_key_in_the_form_of_openssh_is_read() -> None:
    assert private_key(ed25519(b"a word"), "a word").get_name() == "ssh-ed25519"


@pytest.mark.parametrize(
    ("text", "passphrase"), [("", ""), ("no key", ""), (ed25519(b"right"), "wrong"), (ed25519(b"right"), "")]
)
def test_what_is_no_key_is_told_without_repeating_it(text: str, passphrase: str) -> None:
    with pytest.raises(PullFailed) as failed:
        private_key(text, passphrase)
    assert str(failed.value) == (
        "The private key cannot be read: give an OpenSSH or PEM key, and its passphrase as password"
    )


def test_a_fingerprint_is_that_of_ssh_keygen() -> None:
    assert fingerprint(b"") == "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


def test_files_of_one_name_are_all_kept_in_the_archive(add: Add, tmp_path: Path) -> None:
    (tmp_path / "out/archive").mkdir(parents=True)
    names = [numbered("gate.edi", number) for number in range(9)]
    put(tmp_path / "out/archive", *names)
    put(tmp_path / "out", "gate.edi", body=b"the tenth")
    with serving(SftpServer(tmp_path)) as server:
        haul = pull_now(add("sftp", f"sftp://{USER}@127.0.0.1:{server.port}/out", password=PASSWORD))
    assert (haul.failure, haul.troubles) == ("", [])
    assert files(tmp_path / "out") == sorted(f"archive/{name}" for name in [*names, "gate.9.edi"])
    assert (tmp_path / "out/archive/gate.9.edi").read_bytes() == b"the tenth"
    assert (tmp_path / "out/archive/gate.8.edi").read_bytes() == b"gate.8.edi"
