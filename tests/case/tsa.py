"""A time-stamping authority in memory (RFC 3161 over RFC 5652), for tests: whole structures, nothing sent."""

import hashlib
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client._rust import parse_timestamp_request

SHA256 = "2.16.840.1.101.3.4.2.1"
TST_INFO = "1.2.840.113549.1.9.16.1.4"


def der(tag: int, *parts: bytes) -> bytes:
    """One element: tag, length, content."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts: bytes) -> bytes:
    return der(0x30, *parts)


def number(value: int) -> bytes:
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray([first * 40 + second])
    for part in rest:
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.insert(0, part & 0x7F | 0x80)
        content += bytes(groups)
    return der(0x06, bytes(content))


def attribute(kind: str, value: bytes) -> bytes:
    return sequence(oid(kind), der(0x31, value))


class Authority:
    """A root and a signer of its own. purpose: what the signer's certificate is for."""

    def __init__(self, name: str = "Stamps of Example", purpose: x509.ObjectIdentifier | None = None) -> None:
        root_key, self.key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = self._certificate(f"{name} root", f"{name} root", root_key, root_key, None)
        use = purpose or ExtendedKeyUsageOID.TIME_STAMPING
        self.certificate = self._certificate(name, f"{name} root", self.key, root_key, use)

    @property
    def pem(self) -> bytes:
        """The root, as its users are given it."""
        return self.root.public_bytes(Encoding.PEM)

    def reply(self, request: bytes, *, at: datetime | None = None, status: int = 0) -> bytes:
        """The response to a request."""
        imprint = parse_timestamp_request(request).message_imprint.message
        time = (at or datetime.now(UTC)).strftime("%Y%m%d%H%M%SZ").encode()
        algorithm = sequence(oid(SHA256))
        info = sequence(
            number(1),
            oid("1.3.6.1.4.1.99999.1"),
            sequence(sequence(oid(SHA256), der(0x05)), der(0x04, imprint)),
            number(int.from_bytes(imprint[:8])),
            der(0x18, time),
        )
        own = self.certificate.public_bytes(Encoding.DER)
        ess = sequence(sequence(sequence(der(0x04, hashlib.sha256(own).digest()))))
        signed = b"".join(
            sorted(
                (
                    attribute("1.2.840.113549.1.9.3", oid(TST_INFO)),
                    attribute("1.2.840.113549.1.9.4", der(0x04, hashlib.sha256(info).digest())),
                    attribute("1.2.840.113549.1.9.16.2.47", ess),
                )
            )
        )
        signature = self.key.sign(der(0x31, signed), ec.ECDSA(hashes.SHA256()))
        signer = sequence(
            number(1),
            sequence(self.certificate.issuer.public_bytes(), number(self.certificate.serial_number)),
            algorithm,
            der(0xA0, signed),
            sequence(oid("1.2.840.10045.4.3.2")),
            der(0x04, signature),
        )
        content = sequence(
            number(3),
            der(0x31, algorithm),
            sequence(oid(TST_INFO), der(0xA0, der(0x04, info))),
            der(0xA0, own),
            der(0x31, signer),
        )
        token = sequence(oid("1.2.840.113549.1.7.2"), der(0xA0, content))
        return sequence(sequence(number(status)), token)

    def _certificate(
        self,
        subject: str,
        issuer: str,
        key: ec.EllipticCurvePrivateKey,
        signer: ec.EllipticCurvePrivateKey,
        purpose: x509.ObjectIdentifier | None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (subject, issuer)]
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[0])
            .issuer_name(names[1])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=400))
            .not_valid_after(now + timedelta(days=400))
            .add_extension(x509.BasicConstraints(ca=purpose is None, path_length=None), critical=True)
        )
        if purpose:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        return builder.sign(signer, hashes.SHA256())
