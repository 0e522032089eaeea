"""What ffprobe says about a media file; a test that calls it carries `needs("ffprobe")`."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

COMMAND = ("ffprobe", "-v", "error", "-of", "json", "-count_packets", "-show_streams")


@dataclass(frozen=True, slots=True)
class Probe:
    """The facts of a file with one video stream; both durations in seconds."""

    codec: str
    profile: str
    pixel_format: str
    width: int
    height: int
    packets: int
    stream_seconds: float
    container_seconds: float


def probe(path: Path) -> Probe:
    """Ask ffprobe about `path`; fails unless the file holds exactly one stream."""
    done = subprocess.run([*COMMAND, "-show_format", path], capture_output=True, check=True)
    found = json.loads(done.stdout)
    (stream,) = found["streams"]
    return Probe(
        codec=stream["codec_name"],
        profile=stream["profile"],
        pixel_format=stream["pix_fmt"],
        width=stream["width"],
        height=stream["height"],
        packets=int(stream["nb_read_packets"]),
        stream_seconds=float(stream["duration"]),
        container_seconds=float(found["format"]["duration"]),
    )
