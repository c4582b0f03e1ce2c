"""Certificates as hostile and careless servers have them; keys and certificates stay in memory."""

import datetime as dt
import os
import ssl
from functools import cache

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)
# An arc nobody has: an extension that every verifier steps over.
_UNKNOWN = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a leaf or its chain; as it stands, nothing.

    names: of the leaf, also as its subject. valid: from and to, in days from now. padding: bytes of an extension in
    each certificate. between: certificates between root and leaf.
    """

    names: tuple[str, ...] = ("clip.example",)
    valid: tuple[int, int] = (-1, 1)
    root_valid: tuple[int, int] = (-1, 1)
    self_signed: bool = False
    signed_by_leaf: bool = False
    weak_key: bool = False
    subject_only: bool = False
    padding: int = 0
    between: int = 0


@cache
def _key(number: int, weak: bool = False) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    if weak:
        return rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(name, key, issuer, issuer_key, *, ca, valid, names=(), padding=0):
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + valid[0] * DAY)
        .not_valid_after(now + valid[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if names:
        built = built.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False
        )
    if padding:
        built = built.add_extension(x509.UnrecognizedExtension(_UNKNOWN, os.urandom(padding)), critical=False)
    return built.sign(issuer_key, hashes.SHA256())


def chain(flaw: Flaw) -> tuple[ssl.SSLContext, str]:
    """A server's context with this flaw, and the root a client trusts, as PEM."""
    root = _certificate(
        "root", _key(0), "root", _key(0), ca=True, valid=flaw.root_valid, padding=flaw.padding
    )
    issuer, issuer_key, links = "root", _key(0), []
    if flaw.signed_by_leaf:
        issuer, issuer_key = "neighbour.example", _key(9)
        links = [
            _certificate(
                issuer, issuer_key, "root", _key(0), ca=False, valid=(-1, 1), names=("neighbour.example",)
            )
        ]
    for number in range(flaw.between):
        key = _key(2)
        name = f"between {number}"
        links.append(
            _certificate(name, key, issuer, issuer_key, ca=True, valid=(-1, 1), padding=flaw.padding)
        )
        issuer, issuer_key = name, key
    key = _key(1, flaw.weak_key)
    if flaw.self_signed:
        issuer, issuer_key = flaw.names[0], key
    names = () if flaw.subject_only else flaw.names
    leaf = _certificate(
        flaw.names[0], key, issuer, issuer_key, ca=False, valid=flaw.valid, names=names, padding=flaw.padding
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    _load(context, key, [leaf, *reversed(links)])
    return context, _pem(root)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _load(context: ssl.SSLContext, key, certificates: list[x509.Certificate]) -> None:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # OpenSSL takes names of files only; this one has no place on a disk.
    file = os.memfd_create("chain")
    try:
        os.write(file, private + "".join(map(_pem, certificates)).encode())
        context.load_cert_chain(f"/proc/self/fd/{file}")
    finally:
        os.close(file)
