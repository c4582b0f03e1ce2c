"""The keys that sign checkpoints: one for each installation, made on first use, kept outside every case.

A key file is one JSON object (0600). With a passphrase the private key in it is sealed with ChaCha20-Poly1305 under
scrypt; without one, the file's permissions are all that protects it, and every checkpoint says so.
"""

import contextlib
import hashlib
import os
import re
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from adtrace.case.notes import PublicKey, Signature, read_key
from adtrace.case.own_file import new_own_file
from adtrace.errors import CaseError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

Protection = Literal["passphrase", "file permissions"]
OWN = "installation"  # the file of the installation's own key; a witness's file is named as the witness
OWN_NAME = "adtrace-"  # how the name of every installation's own key begins; no witness may be called so
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
# RFC 7914: 64 MiB and some tenths of a second for each guess.
_SCRYPT = {"n": 1 << 16, "r": 8, "p": 1, "maxmem": 1 << 27, "dklen": 32}
_NONCE_BYTES = 12


class _KeyFile(msgspec.Struct, frozen=True):
    """What a key file holds. key: the private key, or nonce and sealed private key; salt: of scrypt, if sealed."""

    public: str
    key: bytes
    salt: bytes | None = None


class Signer:
    """A private key, ready to sign. protection: what guards it on its disk."""

    def __init__(self, public: PublicKey, private: bytes, protection: Protection) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.public, self.protection = public, protection
        self._private = Ed25519PrivateKey.from_private_bytes(private)

    def sign(self, text: str) -> Signature:
        """The signature line for that text."""
        return Signature(self.public.name, self.public.id, self._private.sign(text.encode()))


def keys_folder() -> Path:
    """Where private keys lie: ADTRACE_KEYS, or a folder of the user's own data."""
    import platformdirs

    given = os.environ.get("ADTRACE_KEYS")
    return Path(given) if given else platformdirs.user_data_path("adtrace", appauthor=False) / "keys"


def load_signer(case: Path, name: str = OWN) -> Signer:
    """The key of that name, made if there is none; a passphrase is taken from ADTRACE_PASSPHRASE or asked for.

    case: the folder of a case, in which no private key may lie.

    Raises:
        CaseError: the passphrase is wrong or missing, others can read the file, or the folder cannot be written.
    """
    file = _file(name)
    if file.resolve().is_relative_to(case.resolve()):
        raise CaseError(
            "private keys would lie in the case they sign.",
            where=str(file.parent),
            do="Let ADTRACE_KEYS name a folder outside the case.",
        )
    return _opened(file) if file.exists() else _made(file, name, os.environ.get("ADTRACE_PASSPHRASE"))


def public_key(name: str = OWN) -> tuple[PublicKey, Protection]:
    """The public half of the key of that name, made if there is none, and what guards its private half."""
    file = _file(name)
    if not file.exists():
        _made(file, name, os.environ.get("ADTRACE_PASSPHRASE"))
    kept = _read(file)
    return read_key(kept.public), "passphrase" if kept.salt else "file permissions"


def rotate(name: str = OWN, *, passphrase: str | None = None) -> Signer:
    """A new key in the place of the one of that name, whose file stays beside it under its key id.

    What the old key signed stays signed by it, and readable; it just signs no more.
    """
    file = _file(name)
    if file.exists():
        old = read_key(_read(file).public)
        file.rename(file.with_name(f"{name}.{old.id.hex()}.retired.json"))
    return _made(file, name, passphrase)


def _file(name: str) -> Path:
    if not _NAME.fullmatch(name) or name.startswith(OWN_NAME):
        raise CaseError(
            f'"{name}" is no name for a key.',
            do="Use small letters, digits, dots and hyphens, such as reviewer-2.",
        )
    return keys_folder() / f"{name}.json"


def _made(file: Path, name: str, passphrase: str | None) -> Signer:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = Ed25519PrivateKey.generate()
    raw, private = made.public_key().public_bytes_raw(), made.private_bytes_raw()
    # Says nothing of the machine or the person: the installation's key is named after itself.
    public = PublicKey(f"{OWN_NAME}{hashlib.sha256(raw).hexdigest()[:8]}" if name == OWN else name, raw)
    kept = _KeyFile(str(public), private)
    if passphrase:
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(_NONCE_BYTES)
        sealed = _cipher(passphrase, salt).encrypt(nonce, private, kept.public.encode())
        kept = _KeyFile(kept.public, nonce + sealed, salt)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with new_own_file(file) as stream:
            stream.write(msgspec.json.format(msgspec.json.encode(kept)))
    except FileExistsError:  # another command made it at the same moment
        return _opened(file)
    except OSError as error:
        raise CaseError(
            f"the key that signs cannot be kept ({error.strerror}).",
            where=str(file.parent),
            do="Let ADTRACE_KEYS name a folder you may write in.",
        ) from None
    return Signer(public, private, "passphrase" if passphrase else "file permissions")


def _opened(file: Path) -> Signer:
    kept = _read(file)
    public = read_key(kept.public)
    if kept.salt is None:
        return Signer(public, kept.key, "file permissions")
    from cryptography.exceptions import InvalidTag

    nonce, sealed = kept.key[:_NONCE_BYTES], kept.key[_NONCE_BYTES:]
    try:
        private = _cipher(_passphrase(file), kept.salt).decrypt(nonce, sealed, kept.public.encode())
    except InvalidTag:
        raise CaseError(
            "is not opened by this passphrase.",
            where=str(file),
            do=f"Give the right one, or, if it is lost, sign on with a new key: {_new_key(file)}.",
        ) from None
    return Signer(public, private, "passphrase")


def _read(file: Path) -> _KeyFile:
    try:
        if file.stat().st_mode & 0o077:
            raise CaseError(
                "others may read this private key.",
                where=str(file),
                do=f"chmod 600 it; if others had access, sign on with a new key: {_new_key(file)}.",
            )
        return msgspec.json.decode(file.read_bytes(), type=_KeyFile)
    except (OSError, msgspec.DecodeError) as error:
        raise CaseError(
            f"is no key file that can be read ({error}).",
            where=str(file),
            do="Move it away; a new key then signs on.",
        ) from None


def _new_key(file: Path) -> str:
    """The command that makes a key in the place of this one."""
    return f"`adtrace case key --new{'' if file.stem == OWN else f' --name {file.stem}'}`"


def _passphrase(file: Path) -> str:
    given = os.environ.get("ADTRACE_PASSPHRASE")
    if given is None and sys.stdin is not None and sys.stdin.isatty():
        import getpass

        with contextlib.suppress(EOFError):
            given = getpass.getpass(f"Passphrase of {file.name}: ")
    if given is None:
        raise CaseError(
            "the key that signs asks for its passphrase.",
            where=str(file),
            do="Set ADTRACE_PASSPHRASE, or give the command in a terminal.",
        )
    return given


def _cipher(passphrase: str, salt: bytes) -> "ChaCha20Poly1305":
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(hashlib.scrypt(passphrase.encode(), salt=salt, **_SCRYPT))
