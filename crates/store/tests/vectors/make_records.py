"""Writes records.json: records as src/seal.rs describes them, made by another implementation.

Needs `pip install cryptography`. The vectors are committed; run this only when a new record format is added.
"""

import json
import random
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand


def pad(plaintext: bytes) -> bytes:
    length = len(plaintext) + 1
    size = 64
    while size < length and size < 65536:
        size *= 2
    if size < length:
        size = -(-length // 65536) * 65536
    return plaintext + b"\x80" + bytes(size - length)


def seal(key: bytes, number: int, context: bytes, salt: bytes, plaintext: bytes) -> bytes:
    info = b"keyloft/record/v1\x00\x01" + salt + context
    okm = HKDFExpand(SHA256(), 76, info).derive(key)
    header = b"KL\x01\x01" + number.to_bytes(4, "big") + salt + okm[44:]
    return header + AESGCM(okm[:32]).encrypt(okm[32:44], pad(plaintext), header + context)


def vector(rng: random.Random) -> dict:
    kind = rng.randint(1, 5)
    none = bytes(16)
    owners = [rng.randbytes(16), rng.randbytes(16), rng.randbytes(16)]
    if kind in (1, 3):
        owners[2] = none
    if kind == 2:
        owners[1] = owners[2] = none
    counter = 0 if kind in (1, 5) else rng.randint(1, 2**32 - 1)
    context = bytes([kind]) + b"".join(owners) + counter.to_bytes(8, "big")
    key, number, salt = rng.randbytes(32), rng.randint(0, 2**32 - 1), rng.randbytes(24)
    plaintext = rng.randbytes(rng.choice([0, 1, 5, 32, 63, 64, 65]))
    return {
        "key": key.hex(),
        "number": number,
        "kind": kind,
        "owners": [owner.hex() for owner in owners],
        "counter": counter,
        "salt": salt.hex(),
        "plaintext": plaintext.hex(),
        "record": seal(key, number, context, salt, plaintext).hex(),
    }


if __name__ == "__main__":
    rng = random.Random("keyloft/record/v1")
    lines = ",\n".join(json.dumps(vector(rng), separators=(",", ":")) for _ in range(1000))
    Path(__file__).with_name("records.json").write_text(f"[\n{lines}\n]\n")
