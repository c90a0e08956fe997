#!/usr/bin/env python3
"""Verifies a bundle (schema/proofs.md) independently of the program that wrote it.

    verify.py BUNDLE --key KEY|FILE [--key ...] [--cosignatures N] [--since CHECKPOINT ...] [--certificate FILE ...] [--opening FILE ...]
    verify.py --proof FILE --line FILE --key KEY|FILE [--opening FILE ...]
    verify.py --growth FILE --since CHECKPOINT --key KEY|FILE

Needs Python 3.9 and `cryptography` (for Ed25519). Prints one line and exits 0 when everything holds, else 1: the
first finding, with its code and place. Memory does not grow with the bundle.
"""

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LINE_MAX = 65_536
CERTIFICATE_MAX = 16 * 1024 * 1024
OPENING_MAX = 65_536
NOTE_MAX = 4_096
HASHES_MAX = 63
NUMBER = re.compile(r"(0|[1-9][0-9]*)\Z", re.ASCII)


class Finding(Exception):
    def __init__(self, code, what):
        super().__init__(f"{code}: {what}")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(line):
    return sha256(b"\x00", line)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


class Tree:
    """The roots of the perfect subtrees, the largest first."""

    def __init__(self):
        self.size = 0
        self.peaks = []

    def append(self, leaf):
        carry = self.size
        while carry & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            carry >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha256()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def unbase64(text, what):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Finding("MALFORMED", f"{what}: not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Finding("MALFORMED", f"{what}: another spelling of base64")
    return data


def number(text, what):
    if not NUMBER.match(text) or int(text) >= 2**64:
        raise Finding("MALFORMED", f"{what}: not a number: {text[:40]!r}")
    return int(text)


class Keys:
    """The public keys that the caller trusts, by name and id."""

    def __init__(self, given, cosignatures):
        self.known = {}
        for text in given:
            if os.path.exists(text):
                with open(text, encoding="utf-8") as file:
                    lines = [line.strip() for line in file]
                for line in lines:
                    if line and not line.startswith("#"):
                        self.add(line)
            else:
                self.add(text.strip())
        origins = {name for (name, _), (kind, _) in self.known.items() if kind == 1}
        if len(origins) != 1:
            raise Finding("USAGE", "give the keys of exactly one log")
        self.origin = origins.pop()
        witnesses = sum(kind == 4 for kind, _ in self.known.values())
        self.cosignatures = witnesses if cosignatures is None else cosignatures

    def add(self, text):
        parts = text.split("+", 2)
        if len(parts) != 3 or not re.fullmatch("[0-9a-f]{8}", parts[1]):
            raise Finding("USAGE", f"not a key: {text[:80]!r}")
        name, key_id, key = parts[0], bytes.fromhex(parts[1]), unbase64(parts[2], "the key")
        if len(key) != 33 or key[0] not in (1, 4) or sha256(name.encode(), b"\n", key)[:4] != key_id:
            raise Finding("USAGE", f"not a key: {text[:80]!r}")
        self.known[name, key_id] = (key[0], Ed25519PublicKey.from_public_bytes(key[1:]))

    def open(self, note, what, cosignatures=None):
        """The size and root of a signed checkpoint."""
        if len(note) > NOTE_MAX:
            raise Finding("UNSIGNED", f"{what}: too long for a checkpoint")
        try:
            text = note.decode("utf-8")
        except UnicodeDecodeError:
            raise Finding("UNSIGNED", f"{what}: not UTF-8") from None
        if any(ord(char) < 32 and char != "\n" for char in text) or not text.endswith("\n"):
            raise Finding("UNSIGNED", f"{what}: not a signed note")
        body, gap, tail = text[:-1].rpartition("\n\n")
        lines = body.split("\n")
        if not gap or len(lines) != 3 or not all(lines):
            raise Finding("UNSIGNED", f"{what}: not a checkpoint")
        signed = (body + "\n").encode()
        by_log, by_witness = set(), set()
        for line in tail.split("\n"):
            match = re.fullmatch(r"— (\S+) (\S+)", line)
            if not match:
                raise Finding("UNSIGNED", f"{what}: not a signature line: {line[:40]!r}")
            name, data = match[1], unbase64(match[2], what)
            if len(data) < 5:
                raise Finding("UNSIGNED", f"{what}: a signature that is too short")
            if (name, data[:4]) not in self.known:
                continue
            kind, key = self.known[name, data[:4]]
            message, signature = signed, data[4:]
            if kind == 4:
                time = int.from_bytes(signature[:8], "big")
                message = b"cosignature/v1\ntime %d\n" % time + signed
                signature = signature[8:]
            try:
                key.verify(signature, message)
            except InvalidSignature:
                raise Finding("UNSIGNED", f"{what}: the signature of {name} is wrong") from None
            (by_log if kind == 1 else by_witness).add((name, data[:4]))
        if not by_log:
            raise Finding("UNSIGNED", f"{what}: not signed by a trusted key of the log")
        if lines[0] != self.origin:
            raise Finding("UNSIGNED", f"{what}: of the log {lines[0]!r}, the key is of {self.origin!r}")
        needed = self.cosignatures if cosignatures is None else cosignatures
        if len(by_witness) < needed:
            raise Finding("UNSIGNED", f"{what}: {len(by_witness)} cosignatures, {needed} are asked for")
        root = unbase64(lines[2], what)
        if len(root) != 32:
            raise Finding("UNSIGNED", f"{what}: a root of {len(root)} bytes")
        return number(lines[1], what), root


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a duplicate key")
    return dict(pairs)


class Order:
    """Positions, whole commands, and times that do not go back."""

    def __init__(self):
        self.position = 0
        self.open = None
        self.last_at = ""
        self.origin = None

    def take(self, line):
        position = self.position + 1
        try:
            event = json.loads(line.decode("utf-8"), object_pairs_hook=no_duplicates)
        except ValueError as error:
            raise Finding("MALFORMED", f"position {position} (line {position}): {error}") from None
        fault = self.fault(event, position)
        if fault:
            raise Finding("MALFORMED", f"position {position} (line {position}): {fault}")
        self.position = position
        self.last_at = event["recordedAt"]
        command = (event["of"], event["commandId"], event["actor"])
        self.open = (event["index"], command) if event["index"] < event["of"] else None

    def fault(self, event, position):
        if not isinstance(event, dict):
            return "not an object"
        for key, kind in (("v", int), ("position", str), ("type", str), ("recordedAt", str), ("index", int),
                          ("of", int), ("commandId", str), ("actor", str), ("data", dict)):
            if type(event.get(key)) is not kind:
                return f"no {key}"
        if event["v"] != 1:
            return f"format {event['v']}"
        if event["position"] != str(position):
            return f"the line says position {event['position'][:24]}"
        command = (event["of"], event["commandId"], event["actor"])
        if self.open:
            follows = event["index"] == self.open[0] + 1 and command == self.open[1]
        else:
            follows = event["index"] == 1 and event["of"] >= 1
        if not follows:
            return "a command is not whole"
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["recordedAt"], re.ASCII):
            return "recordedAt is not a moment"
        if event["recordedAt"] < self.last_at:
            return "its recorded time is before that of the event before it"
        if (position == 1) != (event["type"] == "LogOpened"):
            return "LogOpened is the first event, and only the first"
        if position == 1:
            self.origin = event["data"].get("origin")
        return None


def read(path, most):
    with open(path, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Finding("MALFORMED", f"{path}: more than {most} bytes")
    return data


def root_of_leaves(path, size):
    tree = Tree()
    with open(path, "rb") as file:
        for _ in range(size):
            leaf = file.read(32)
            if len(leaf) != 32:
                return None
            tree.append(leaf)
    return tree.root()


CERTIFICATE_KEYS = ["format", "origin", "position", "root", "checkpoint", "role", "schema", "viewVersion", "question",
                    "answerHash", "answer"]


def read_certificate(path, keys):
    """The sizes and roots that a certificate binds its answer to; whether the answer is right takes the read model."""
    data = read(path, CERTIFICATE_MAX)
    try:
        certificate = json.loads(data.decode("utf-8"), object_pairs_hook=no_duplicates)
    except ValueError as error:
        raise Finding("MALFORMED", f"{path}: {error}") from None
    if not isinstance(certificate, dict) or list(certificate) != CERTIFICATE_KEYS:
        raise Finding("MALFORMED", f"{path}: not the keys of a certificate")
    if certificate["format"] != "daftar-certificate-1" or certificate["role"] != "PUBLIC":
        raise Finding("MALFORMED", f"{path}: another format or role")
    answer = data.rpartition(b'\n  "answer": ')[2].removesuffix(b"\n}\n")
    if sha256(answer) != unbase64(certificate["answerHash"], path):
        raise Finding("CHANGED", f"{path}: the hash in it is not that of the answer in it")
    size, root = keys.open(certificate["checkpoint"].encode(), path, 0)
    position = number(certificate["position"], path)
    if certificate["origin"] != keys.origin or not 0 < position <= size:
        raise Finding("CHANGED", f"{path}: its checkpoint does not cover it")
    return [((position, unbase64(certificate["root"], path)), path), ((size, root), path)]


def read_opening(path):
    """A personal value with the salt that opens its commitment (schema/vault.md). A finding never repeats the value."""
    try:
        opening = json.loads(read(path, OPENING_MAX), object_pairs_hook=no_duplicates)
        texts = [opening[key] for key in ("format", "position", "pointer", "commitment", "salt", "value")]
    except (ValueError, KeyError, TypeError):
        raise Finding("MALFORMED", f"{path}: it is no opening") from None
    if len(opening) != len(texts) or not all(isinstance(text, str) for text in texts):
        raise Finding("MALFORMED", f"{path}: it is no opening")
    if opening["format"] != "daftar-opening-1":
        raise Finding("MALFORMED", f"{path}: it is of another form")
    return number(opening["position"], path), opening, path


def check_opening(opening, path, line):
    part = json.loads(line)
    steps = opening["pointer"].split("/")[1:]
    for step in (step.replace("~1", "/").replace("~0", "~") for step in steps):
        if isinstance(part, list):
            part = part[int(step)] if step.isascii() and step.isdigit() and int(step) < len(part) else None
        else:
            part = part.get(step) if isinstance(part, dict) else None
    place = f"position {opening['position']} ({path})"
    if not steps or part != opening["commitment"]:
        raise Finding("DIFFERS", f"{place}: the line does not have that commitment at that place")
    salt = unbase64(opening["salt"], path)
    opened = base64.b64encode(sha256(salt, opening["value"].encode())).decode()
    if len(salt) != 32 or opened != opening["commitment"]:
        raise Finding("DIFFERS", f"{place}: salt and value do not open the commitment")


def verify_bundle(folder, keys, since, certificates=(), openings=()):
    checkpoint = os.path.join(folder, "checkpoint")
    if not os.path.exists(checkpoint):
        raise Finding("UNSIGNED", f"{checkpoint}: missing: the bundle is unsigned or was not finished")
    size, root = keys.open(read(checkpoint, NOTE_MAX), checkpoint)
    if size == 0:
        raise Finding("EMPTY", f"{checkpoint}: of an empty log")
    seen = [(keys.open(read(path, NOTE_MAX), path, 0), path) for path in since]
    seen = sorted(seen + [bound for path in certificates for bound in read_certificate(path, keys)])
    tree, order, other, before = Tree(), Order(), None, 0
    leaves_path = os.path.join(folder, "leaves")
    with open(os.path.join(folder, "events.jsonl"), "rb") as events, open(leaves_path, "rb") as leaves:
        while True:
            line = events.readline(LINE_MAX + 2)
            if not line:
                break
            position = tree.size + 1
            if not line.endswith(b"\n"):
                what = "too long" if len(line) > LINE_MAX else "cut off"
                raise Finding("TRUNCATED", f"position {position} (line {position}): the line is {what}")
            if position > size:
                raise Finding("UNSIGNED", f"position {position} (line {position}): after the end that is signed")
            leaf = leaf_hash(line[:-1])
            hash_there = leaves.read(32)
            if len(hash_there) != 32:
                raise Finding("TRUNCATED", f"position {position} (leaves): its hash is missing")
            if leaf != hash_there and other is None:
                other = position
            try:
                order.take(line[:-1])
            except Finding:
                # A changed line may only show in a later one, such as a time that then goes back.
                if other is not None and other < position and root_of_leaves(leaves_path, size) == root:
                    raise Finding("CHANGED", f"position {other} (line {other}): not the line that was signed") from None
                raise
            tree.append(leaf)
            for at, opening, path in openings:
                if at == position:
                    check_opening(opening, path, line[:-1])
            while seen and seen[0][0][0] <= tree.size:
                (then, old_root), path = seen.pop(0)
                if then == tree.size and old_root != tree.root():
                    raise Finding("FORKED", f"positions {before + 1} to {then}: not the history of {path}")
                before = then
        rest = leaves.read(1)
    if tree.size < size:
        raise Finding("TRUNCATED", f"position {tree.size + 1}: missing: the checkpoint covers {size} events")
    if tree.root() != root:
        if other and root_of_leaves(leaves_path, size) == root:
            raise Finding("CHANGED", f"position {other} (line {other}): not the line that was signed")
        raise Finding("CHANGED", f"positions 1 to {size}: the root is not the one that was signed")
    if other:
        raise Finding("CHANGED", f"position {other} (leaves): the hash is not that of its line")
    if rest:
        raise Finding("CHANGED", f"position {size + 1} (leaves): bytes after the last hash")
    if order.open:
        raise Finding("TRUNCATED", f"position {size}: the last command is not whole")
    if seen:
        raise Finding("OLDER_THAN_SEEN", f"position {size + 1}: missing: {seen[0][1]} covers {seen[0][0][0]} events")
    if order.origin != keys.origin:
        raise Finding("CHANGED", f"position 1 (line 1): the log calls itself {order.origin!r}, not {keys.origin!r}")
    for at, _, path in openings:
        if not 0 < at <= size:
            raise Finding("DIFFERS", f"position {at} ({path}): the bundle does not have it")
    return f"verified: {size} events of {keys.origin}, root {root.hex()}"


def split_proof(path):
    data = read(path, 2 * NOTE_MAX)
    proof, gap, note = data.partition(b"\n\n")
    try:
        lines = proof.decode("ascii").split("\n")
    except UnicodeDecodeError:
        lines = []
    if not gap or not lines:
        raise Finding("MALFORMED", f"{path}: not a proof")
    return lines, note


def hashes_of(lines, path):
    hashes = [unbase64(line, path) for line in lines]
    if len(hashes) > HASHES_MAX or any(len(data) != 32 for data in hashes):
        raise Finding("MALFORMED", f"{path}: not hashes")
    return hashes


def refuse_unless(holds, what):
    if not holds:
        raise Finding("CHANGED", f"the proof does not hold: {what}")


def verify_inclusion(path, line_path, keys, openings=()):
    lines, note = split_proof(path)
    if len(lines) < 2 or lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("index "):
        raise Finding("MALFORMED", f"{path}: not an inclusion proof")
    size, root = keys.open(note, path)
    index = number(lines[1][6:], path)
    refuse_unless(index < size, "the index is outside the tree")
    line = read(line_path, LINE_MAX + 1)
    line = line[:-1] if line.endswith(b"\n") else line
    reached, first, last = leaf_hash(line), index, size - 1
    for data in hashes_of(lines[2:], path):
        refuse_unless(last > 0, "a hash too many")
        if first & 1 or first == last:
            reached = node_hash(data, reached)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            reached = node_hash(reached, data)
        first, last = first >> 1, last >> 1
    refuse_unless(last == 0, "a hash is missing")
    refuse_unless(reached == root, "it leads to another root")
    for at, opening, opening_path in openings:
        if at != index + 1:
            raise Finding("DIFFERS", f"position {at} ({opening_path}): the proof is of position {index + 1}")
        check_opening(opening, opening_path, line)
    return f"proved: the line stands at position {index + 1} of {keys.origin}, among {size} events"


def verify_growth(path, since, keys):
    lines, note = split_proof(path)
    if not lines[0].startswith("old "):
        raise Finding("MALFORMED", f"{path}: not a consistency proof")
    size, root = keys.open(note, path)
    old_size, old_root = keys.open(read(since, NOTE_MAX), since, 0)
    refuse_unless(number(lines[0][4:], path) == old_size, f"it is not from {old_size} events on")
    refuse_unless(old_size <= size, "the later tree is the smaller one")
    hashes = hashes_of(lines[1:], path)
    if old_size in (0, size):
        refuse_unless(not hashes, "a hash too many")
        refuse_unless(old_root == (root if old_size else sha256()), "two roots for one size")
        return f"proved: {size} events of {keys.origin} begin with the first {old_size}"
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    refuse_unless(bool(hashes), "a hash is missing")
    first, last = old_size - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = hashes[0]
    for data in hashes[1:]:
        refuse_unless(last > 0, "a hash too many")
        if first & 1 or first == last:
            old, new = node_hash(data, old), node_hash(data, new)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, data)
        first, last = first >> 1, last >> 1
    refuse_unless(last == 0, "a hash is missing")
    refuse_unless(old == old_root, "it leads to another earlier root")
    refuse_unless(new == root, "it leads to another root")
    return f"proved: {size} events of {keys.origin} begin with the first {old_size}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bundle", nargs="?")
    parser.add_argument("--key", action="append", required=True)
    parser.add_argument("--cosignatures", type=int)
    parser.add_argument("--since", action="append", default=[])
    parser.add_argument("--certificate", action="append", default=[])
    parser.add_argument("--opening", action="append", default=[])
    parser.add_argument("--proof")
    parser.add_argument("--line")
    parser.add_argument("--growth")
    asked = parser.parse_args()
    try:
        keys = Keys(asked.key, asked.cosignatures)
        openings = [read_opening(path) for path in asked.opening]
        if asked.bundle:
            said = verify_bundle(asked.bundle, keys, asked.since, asked.certificate, openings)
        elif asked.proof and asked.line:
            said = verify_inclusion(asked.proof, asked.line, keys, openings)
        elif asked.growth and len(asked.since) == 1:
            said = verify_growth(asked.growth, asked.since[0], keys)
        else:
            parser.error("name a bundle, --proof with --line, or --growth with one --since")
    except Finding as finding:
        print(finding, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"UNREADABLE: {error}", file=sys.stderr)
        return 1
    print(said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
