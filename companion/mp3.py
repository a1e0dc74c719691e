"""MPEG audio, Layer III, by its frames: a stretch made silent without decoding, so that all else stays as it was.

Every frame keeps its header and its size, and with them its time and its place in the file. A silent one says that its
granules hold no bits. The bits of a frame may begin in the frames before it (the "bit reservoir"), so what is wiped is
not the bytes of the silent frames but the stretch of that stream of bits which is theirs: the first frame after the
silence still finds its own. Source: ISO/IEC 11172-3, 2.4.1 and 2.4.3.4; 13818-3 for the lower sampling rates.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from companion.errors import InvalidError
from companion.timecode import Span

_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITRATES_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HEADER = 4
_MARGIN = 0.08  # seconds on both sides: frames overlap, and players differ in how they count an encoder's delay
_LOST = 65_536  # bytes without a frame after which this is no MP3
_TAGS = re.compile(rb"Xing|Info|VBRI")


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One frame: where it lies, where its side information and its main data begin, and how long it sounds.

    `borrowed` is how many bytes before its main data its own bits begin; `table` says that it holds the file's table of
    contents and no sound. All but `seconds` are bytes.
    """

    start: int
    end: int
    side: int
    main: int
    borrowed: int
    seconds: float
    table: bool


def frames(data: bytes | bytearray) -> tuple[Frame, ...]:
    """Every frame of a file, in order; what lies between them (tags, damage) is passed over.

    `InvalidError` if it is not Layer III throughout.
    """
    found: list[Frame] = []
    at = _after_tag(data)
    last = at
    while (at := data.find(b"\xff", at)) >= 0 and at + _HEADER <= len(data):
        frame = _frame(data, at, first=not found)
        # damage may look like a header: a frame is one if another follows, or the end of the file
        if frame is None or not ((found and at == found[-1].end) or _follows(data, frame.end)):
            at += 1
            if at - last > _LOST:
                break
            continue
        found.append(frame)
        at = last = frame.end
    if not found or (len(data) - last > _LOST and not data[last:].startswith((b"TAG", b"APETAGEX"))):
        raise InvalidError("This is not an MP3 from its beginning to its end.")
    return tuple(found)


def silenced(data: bytes, spans: Sequence[Span]) -> bytes:
    """The file with these stretches silent: as long, as large, and all else byte for byte as it was.

    `InvalidError` if it is not Layer III throughout.
    """
    found = frames(data)
    made = bytearray(data)
    quiet = _quiet(found, spans)
    begins = _begins(found)
    for place, frame in enumerate(found):
        if not quiet[place]:
            continue
        made[frame.side : frame.main] = bytes(frame.main - frame.side)
        if frame.side - frame.start > _HEADER:  # a checksum over what was just wiped
            made[frame.start + _HEADER : frame.side] = _checksum(made, frame)
    stream = _stream(found)
    for place, frame in enumerate(found):
        if quiet[place] and not frame.table:
            end = begins[place + 1] if place + 1 < len(found) else stream[-1][1]
            _wipe(made, found, stream, begins[place], end)
    return bytes(made)


def _quiet(found: Sequence[Frame], spans: Sequence[Span]) -> list[bool]:
    """Which frames sound in one of the spans, or near enough to be heard in it."""
    quiet, now = [], 0.0
    for frame in found:
        after = now if frame.table else now + frame.seconds
        quiet.append(
            not frame.table and any(now < span.end + _MARGIN and span.start - _MARGIN < after for span in spans)
        )
        now = after
    return quiet


def _stream(found: Sequence[Frame]) -> list[tuple[int, int]]:
    """Where each frame's main data lies in the stream of all main data, as (from, to) bytes."""
    places, at = [], 0
    for frame in found:
        length = 0 if frame.table else frame.end - frame.main
        places.append((at, at + length))
        at += length
    return places


def _begins(found: Sequence[Frame]) -> list[int]:
    """Where each frame's own bits begin in that stream."""
    return [max(first - frame.borrowed, 0) for frame, (first, _) in zip(found, _stream(found), strict=True)]


def _wipe(made: bytearray, found: Sequence[Frame], stream: Sequence[tuple[int, int]], start: int, end: int) -> None:
    """Zeroes a stretch of the stream, wherever in the file its bytes lie."""
    place = _place(stream, start)
    while place < len(found) and stream[place][0] < end:
        first, last = stream[place]
        low, high = max(start, first), min(end, last)
        if low < high:
            offset = found[place].main - first
            made[low + offset : high + offset] = bytes(high - low)
        place += 1


def _place(stream: Sequence[tuple[int, int]], at: int) -> int:
    from bisect import bisect_right

    return max(bisect_right(stream, (at, 1 << 62)) - 1, 0)


def _after_tag(data: bytes | bytearray) -> int:
    """Where sound may begin: after an ID3v2 tag, whose size has seven bits in each byte."""
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    a, b, c, d = data[6:10]
    return 10 + (a << 21 | b << 14 | c << 7 | d) + (10 if data[5] & 0x10 else 0)


def _follows(data: bytes | bytearray, at: int) -> bool:
    return at >= len(data) or data[at : at + 3] == b"TAG" or _frame(data, at, first=False) is not None


def _frame(data: bytes | bytearray, at: int, *, first: bool) -> Frame | None:
    head = data[at : at + _HEADER]
    if len(head) < _HEADER or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer, rate, bits = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or layer != 1 or rate == 3 or bits in (0, 15):
        return None
    low, mono = version != 3, head[3] >> 6 == 3
    samples = 576 if low else 1152
    hertz = _RATES[version][rate]
    size = samples // 8 * (_BITRATES_LOW if low else _BITRATES)[bits] * 1000 // hertz + (head[2] >> 1 & 1)
    side = at + _HEADER + (0 if head[1] & 1 else 2)
    main = side + ((9 if mono else 17) if low else (17 if mono else 32))
    if at + size > len(data) or main > at + size:
        return None
    borrowed = data[side] if low else data[side] << 1 | data[side + 1] >> 7
    return Frame(
        start=at,
        end=at + size,
        side=side,
        main=main,
        borrowed=borrowed,
        seconds=samples / hertz,
        table=first and _TAGS.search(bytes(data[side : side + 64])) is not None,
    )


def _checksum(data: bytearray, frame: Frame) -> bytes:
    """CRC-16 over the header's last two bytes and the side information."""
    register = 0xFFFF
    for byte in (*data[frame.start + 2 : frame.start + 4], *data[frame.side : frame.main]):
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1 ^ 0x8005 if register & 0x8000 else register << 1) & 0xFFFF
    return register.to_bytes(2, "big")
