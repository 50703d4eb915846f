"""An SFTP server on a folder, with one user."""

from __future__ import annotations

import os
import socketserver
from pathlib import Path
from threading import Event
from typing import Any

import paramiko

from tests.fakes.serving import Fake

USER, PASSWORD = "kpa", "s3cret/word"


class SftpServer(Fake):
    """Serves ``folder``; ``key`` is its host key, ``authorized`` the public key that opens it beside the password."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.folder = folder
        self.key = paramiko.ECDSAKey.generate()
        self.authorized: Any = None


class _Session(socketserver.BaseRequestHandler):
    server: SftpServer

    def handle(self) -> None:
        transport = paramiko.Transport(self.request)
        transport.daemon = True
        transport.add_server_key(self.server.key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, self.server.folder)
        ended = Event()
        transport.start_server(server=_Door(self.server), event=ended)
        transport.join()


class _Door(paramiko.ServerInterface):
    def __init__(self, server: SftpServer) -> None:
        self.server = server

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        return int(paramiko.AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else paramiko.AUTH_FAILED)

    def check_auth_publickey(self, username: str, key: Any) -> int:
        return int(paramiko.AUTH_SUCCESSFUL if key == self.server.authorized else paramiko.AUTH_FAILED)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, server: _Door, folder: Path) -> None:
        self.folder = folder

    def _path(self, name: str) -> Path:
        return self.folder / name.lstrip("/")

    def list_folder(self, path: str) -> Any:
        names = sorted(os.listdir(self._path(path)))
        return [paramiko.SFTPAttributes.from_stat((self._path(path) / name).lstat(), name) for name in names]

    def open(self, path: str, flags: int, attr: Any) -> Any:
        handle = paramiko.SFTPHandle(flags)
        try:
            handle.readfile = self._path(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        return handle

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def lstat(self, path: str) -> Any:
        return self.stat(path)

    def rename(self, oldpath: str, newpath: str) -> int:
        try:
            self._path(oldpath).rename(self._path(newpath))
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno))
        return int(paramiko.SFTP_OK)

    def mkdir(self, path: str, attr: Any) -> int:
        try:
            self._path(path).mkdir()
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno))
        return int(paramiko.SFTP_OK)
