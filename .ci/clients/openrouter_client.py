"""OpenRouter's Python client, unmodified, against the fake's service: create, poll, download."""

import os
import sys
from importlib.metadata import version

from openrouter import OpenRouter

url, key = os.environ["GATEWAY_URL"], os.environ["GATEWAY_KEY"]
with OpenRouter(api_key=key, server_url=f"{url}/api/v1") as client:
    videos = client.video_generation
    job = videos.generate(model="google/veo-3.1", prompt="A fox in a snowy wood", duration=8)
    while job.status not in ("completed", "failed"):
        job = videos.get_generation(job_id=job.id)
    film = videos.get_video_content(job_id=job.id).read()
if film[4:8] != b"ftyp":
    sys.exit(f"openrouter downloaded no film, but {len(film)} bytes")
sys.stdout.write(f"{'openrouter':30} {version('openrouter'):10} create, poll, download\n")
