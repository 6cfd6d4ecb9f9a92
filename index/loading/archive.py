"""Zip files, checked as a whole before anything is unpacked; nothing of them is ever written to disk.

A docx and an epub are zip files too, and go through the same checks.
"""

import re
import stat
import struct
import zipfile
import zlib
from typing import BinaryIO

from index.errors import SourceUnreadable
from index.loading.articles import LARGEST_FILE
from index.loading.kinds import kind_of

MOST_UNPACKED = 1_000_000_000
"""Bytes of all members of an archive together."""
LARGEST_DIRECTORY = 2_000_000
"""Bytes: some 20,000 members. The list of them is read into memory at once."""
STEEPEST = 200
"""Times smaller than its content a member of a megabyte or more may be; text is rarely 20 times smaller."""
END, END_SIZE, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
END_64 = b"PK\x06\x07"
HIDDEN = (".", "__MACOSX")
DRIVE = re.compile(r"[A-Za-z]:")
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError, RuntimeError)
"""What zipfile raises for archives that are damaged or made to deceive."""
HARMFUL = "It could be made to do harm: unpack it with care, and add the articles in it."


def open_archive(file: BinaryIO, *, most: int = MOST_UNPACKED) -> zipfile.ZipFile:
    """The archive, found safe to unpack in memory; ``SourceUnreadable`` says why it is not."""
    _check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except BROKEN as exc:
        raise SourceUnreadable("is a damaged archive. Pack it again.") from exc
    members = archive.infolist()
    for member in members:
        if reason := _refusal(member):
            raise SourceUnreadable(f"holds {printable_name(member)!r}, which {reason}. {HARMFUL}")
    if sum(member.file_size for member in members) > most:
        raise SourceUnreadable(f"unpacks to more than {most // 1_000_000:,} MB. Split it.")
    if _overlap(archive):
        raise SourceUnreadable(f"has members that share their bytes. {HARMFUL}")
    return archive


def content_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """What the member holds, unpacked; ``SourceUnreadable``."""
    if member.file_size > LARGEST_FILE:
        raise SourceUnreadable("is larger than 50 MB. Split it into its articles.")
    try:
        return archive.read(member)
    except BROKEN as exc:
        raise SourceUnreadable("is damaged within its archive. Pack it again.") from exc


def articles_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members that may hold articles, in the order of their names: hidden ones and other kinds are passed over."""
    names = (name for name in sorted(set(archive.namelist())) if not name.endswith("/") and kind_of(name))
    return [archive.getinfo(name) for name in names if not any(part.startswith(HIDDEN) for part in name.split("/"))]


def printable_name(member: zipfile.ZipInfo) -> str:
    """The member's name, fit for a message."""
    return member.orig_filename[:80].encode("ascii", "replace").decode()


def _check_directory(file: BinaryIO) -> None:
    """``SourceUnreadable`` unless the archive ends in a list of members that is not too long to be read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_SIZE - LONGEST_COMMENT))
    tail = file.read(END_SIZE + LONGEST_COMMENT)
    file.seek(0)
    at = tail.rfind(END)
    if at < 0 or at + END_SIZE > len(tail):
        raise SourceUnreadable("is a damaged archive. Pack it again.")
    (directory,) = struct.unpack_from("<I", tail, at + 12)
    # Archives of the larger format list more than 65,535 members, or lie about it.
    if directory > LARGEST_DIRECTORY or tail[max(0, at - 20) : at].startswith(END_64):
        raise SourceUnreadable("holds more files than one archive may, 20,000. Split it.")


def _refusal(member: zipfile.ZipInfo) -> str | None:
    """What speaks against the whole archive, seen from one of its members."""
    name = member.orig_filename.replace("\\", "/")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if "\0" in name or name.startswith("/") or DRIVE.match(name) or ".." in name.split("/"):
        return "would be unpacked elsewhere"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device"
    if member.flag_bits & 0x1:
        return "is locked with a password"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in a way that is not read"  # LZMA may claim gigabytes before the first byte comes out
    if member.file_size > 1_000_000 and member.file_size > STEEPEST * member.compress_size:
        return "unpacks to hundreds of times its size"
    return None


def _overlap(archive: zipfile.ZipFile) -> bool:
    """Whether the bytes of one member are counted again for another."""
    spans = sorted((member.header_offset, 30 + member.compress_size) for member in archive.infolist())
    ends = [*(start for start, _ in spans[1:]), archive.start_dir]
    return any(start + length > end for (start, length), end in zip(spans, ends, strict=True)) if spans else False
