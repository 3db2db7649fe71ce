"""Certificates made for the tests: an authority's, and meters' own, signed or not."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LONG = timedelta(days=3650)


@dataclass
class Authority:
    """Signs certificates; its own lies in `file`."""

    file: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def authority(folder: Path, name: str = "Meter Works CA") -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    made = _builder(name, name, key.public_key(), LONG)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made = made.add_extension(
        x509.KeyUsage(
            digital_signature=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
            encipher_only=False, decipher_only=False,
        ),
        critical=True,
    )  # fmt: skip
    signed = made.sign(key, hashes.SHA256())
    file = folder / f"{name.replace(' ', '-')}.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return Authority(file, key, signed)


def meter_context(
    folder: Path,
    name: str,
    signer: Authority | None = None,
    *,
    address: bool = False,
    lasts: timedelta = LONG,
) -> tuple[ssl.SSLContext, str]:
    """Return a meter's side of TLS, and its certificate's fingerprint.

    Args:
        folder: where key and certificate may lie.
        name: its common name.
        signer: who signs it; itself without.
        address: whether it is for 127.0.0.1 too.
        lasts: until when it counts, from now on; negative where it has ended.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = "Meter Works CA" if signer else name
    made = _builder(name, issuer, key.public_key(), lasts)
    if address:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        made = made.add_extension(names, critical=False)
    signed = made.sign(signer.key if signer else key, hashes.SHA256())
    file = folder / "meter.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context, sha256(signed.public_bytes(serialization.Encoding.DER)).hexdigest()


def _builder(
    name: str, issuer: str, public: ec.EllipticCurvePublicKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LONG)
        .not_valid_after(now + lasts)
    )
