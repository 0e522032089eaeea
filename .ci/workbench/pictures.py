"""Writes a picture of each tab, light and dark, on a wide and on a narrow screen.

Called by `make workbench-pictures` with the folder to write to.
"""

import sys
from pathlib import Path

from browsing import TABS, chromium, fake, fill

SIZES = ((1280, 800), (400, 800))
_SETTLED_MS = 1500


def main(folder: Path) -> None:
    """Write the pictures; names have the tab, the scheme and the width."""
    folder.mkdir(parents=True, exist_ok=True)
    with fake("--start", "2026-01-31T12:00:00", "--seed", "7", "--exact") as (url, address), chromium() as browser:
        done = fill(url)
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.wait_for_load_state()
        base, state = page.url.partition("?")[0], context.storage_state()
        places = {tab: f"?tab={tab}" for tab in TABS}
        places |= {"job": f"?tab=jobs&job={done}", "request": "?tab=requests&request=11"}
        for scheme in ("light", "dark"):
            for width, height in SIZES:
                size = {"width": width, "height": height}
                own = browser.new_context(viewport=size, color_scheme=scheme, storage_state=state)
                page = own.new_page()
                for name, place in places.items():
                    page.goto(f"{base}{place}")
                    page.wait_for_timeout(_SETTLED_MS)
                    page.screenshot(path=folder / f"{name}-{scheme}-{width}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
