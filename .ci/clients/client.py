"""Creates a video with an image, polls it and downloads it, with the generated client alone."""

import os
import sys
from io import BytesIO
from pathlib import Path

from gateway_client import AuthenticatedClient
from gateway_client.api.videos import create_video, download_video_content, retrieve_video
from gateway_client.models import (
    CreateVideoForm,
    CreateVideoFormModel,
    CreateVideoFormSeconds,
    CreateVideoFormSize,
    Video,
)
from gateway_client.types import File

MOST_POLLS = 100


def run(client: AuthenticatedClient, image: Path) -> str:
    """What was downloaded, in a sentence."""
    picture = File(BytesIO(image.read_bytes()), file_name="first.png", mime_type="image/png")
    form = CreateVideoForm(
        model=CreateVideoFormModel("sora-2"),
        prompt="A paper boat on a river",
        seconds=CreateVideoFormSeconds("4"),
        size=CreateVideoFormSize("1280x720"),
        input_reference=picture,
    )
    video = succeeded(create_video.sync(client=client, body=form))
    for _ in range(MOST_POLLS):
        if video.status == "completed":
            break
        video = succeeded(retrieve_video.sync(video.id, client=client))
    assert video.status == "completed", video
    file = download_video_content.sync(video.id, client=client)
    assert isinstance(file, File), file
    content = file.payload.read()
    assert b"ftyp" in content[:12]
    return f"openapi-python-client: {video.id} has {len(content)} bytes"


def succeeded(answer: object) -> Video:
    """The video of an answer; any other answer fails. Errors differ from dialect to dialect."""
    assert isinstance(answer, Video), answer
    return answer


KEY, IMAGE = os.environ["GATEWAY_KEY"], Path(os.environ["IMAGE"])
CLIENT = AuthenticatedClient(base_url=os.environ["GATEWAY_URL"], token=KEY)
sys.stdout.write(f"{run(CLIENT, IMAGE)}\n")
