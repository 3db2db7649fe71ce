"""Telegrams made by hand, with their checksum, open and encrypted."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY = "AAAABBBBCCCCDDDDEEEEFFFF00001111"
PUBLIC_KEY = "00112233445566778899AABBCCDDEEFF"


def checksum(content: bytes) -> int:
    """CRC-16/ARC, bit by bit."""
    value = 0
    for byte in content:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


def signed(content: bytes) -> bytes:
    """Return a telegram's lines, from `/` to `!`, with their checksum."""
    return content + f"{checksum(content):04X}\r\n".encode()


def telegram(
    import_kwh: str = "000006.825",
    export_kwh: str = "000002.444",
    taking_kw: str = "00.244",
    second: int = 2,
    lines: str = "",
) -> bytes:
    """Return a DSMR 5 telegram of two tariffs; the second ones are 0."""
    return signed(
        (
            "/ISk5\\2MT382-1000\r\n\r\n1-3:0.2.8(50)\r\n"
            f"0-0:1.0.0(2606211100{second:02d}S)\r\n"
            "0-0:96.1.1(4B384547303034303436333935353037)\r\n"
            f"1-0:1.8.1({import_kwh}*kWh)\r\n1-0:1.8.2(000000.000*kWh)\r\n"
            f"1-0:2.8.1({export_kwh}*kWh)\r\n1-0:2.8.2(000000.000*kWh)\r\n"
            f"1-0:1.7.0({taking_kw}*kW)\r\n1-0:2.7.0(00.000*kW)\r\n"
            f"0-1:24.2.1(260621110005S)(00000.107*m3)\r\n{lines}!"
        ).encode()
    )


def encrypted(opened: bytes, key: str = KEY, counter: int = 7) -> bytes:
    """Return a telegram in its DLMS frame (general-global-cipher, AES-128-GCM, tag of 12 bytes)."""
    title = b"SAG\x00\x00\x00\x00\x01"
    count = counter.to_bytes(4, "big")
    cipher = Cipher(algorithms.AES(bytes.fromhex(key)), modes.GCM(title + count)).encryptor()
    cipher.authenticate_additional_data(b"\x30" + bytes.fromhex(PUBLIC_KEY))
    body = b"\x30" + count + cipher.update(opened) + cipher.finalize() + cipher.tag[:12]
    return b"\xdb\x08" + title + b"\x82" + len(body).to_bytes(2, "big") + body
