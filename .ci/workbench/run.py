"""Drives the workbench in a real browser, as a person would.

Called by `make workbench-test`, which has installed what it needs in the folder that is given.
"""

import os
import subprocess
import sys
from pathlib import Path

from browsing import KEY, TABS, call, chromium, create, fake, fill
from playwright.sync_api import BrowserContext, Page, expect

WAIT_MS = 20_000
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'"
# How far new jobs may move what is on the page, as browsers measure it; good is below 0.1.
MOST_SHIFT = 0.05
_FILLED = "document.querySelector('.jobs .filled').width.animVal.value"
_SHIFT = """() => { window.shift = 0; new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.shift += each.value;
}).observe({ type: 'layout-shift', buffered: false }); }"""


def main(folder: Path) -> None:
    """Go through the page, and through each tab with the accessibility checker."""
    axe = (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    with chromium() as browser:
        with fake("--exact") as (url, address):
            context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
            context.set_default_timeout(WAIT_MS)
            page = context.new_page()
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("dialog", lambda dialog: faults.append(f"a dialog: {dialog.message}"))
            walk(page, url, address)
            assert faults == [], faults
            without_script(context, page.url)
        with fake("--admin-token", "a-token") as (url, _):
            sign_in(browser.new_context().new_page(), url, "a-token")
        for scheme in ("light", "dark"):
            with fake("--frozen") as (url, address):
                done = fill(url)
                context = browser.new_context(color_scheme=scheme)
                page = context.new_page()
                look(page, address, done, axe)
                keyboard(page, create(url, "Ended by the keyboard alone"))
        with fake("--frozen", "--scenario", "stuck_at_99") as (url, address):
            many(browser.new_context().new_page(), url, address)
    print("the workbench works in a browser")


def walk(page: Page, url: str, address: str) -> None:
    """A first job, time, its film, a fault, a refused request: one after the other."""
    page.goto(address)
    expect(page.get_by_role("heading", name="Make the first job")).to_be_visible()
    assert "token" not in page.url

    # The page shows the job that its own snippet made, without being asked.
    shell(page.locator("figure pre").first.inner_text())
    row = page.locator("table.jobs tbody tr")
    expect(row).to_have_count(1, timeout=WAIT_MS)
    expect(page.locator("#live")).to_have_text("live")
    before = page.evaluate(_FILLED)
    until(page, f"{_FILLED} > {before + 1}")
    expect(row.locator(".pill")).to_have_text("running", timeout=WAIT_MS)

    # What is focused stays so while the list changes.
    link = page.locator("table.jobs a.id").first
    job = link.inner_text()
    link.focus()
    hostile = create(url, HOSTILE)
    expect(row).to_have_count(2)
    assert page.evaluate("document.activeElement.textContent") == job
    expect(page.locator("td.prompt").first).to_have_text(HOSTILE)

    # Time stands still, and is moved to the end of the job.
    page.get_by_role("link", name="Clock", exact=True).click()
    page.get_by_role("button", name="Freeze").click()
    expect(page.locator("section .pill.frozen")).to_be_visible()
    for _ in range(4):
        said = page.locator("#outcome")
        page.get_by_role("button", name="To the next event").click()
        expect(said).to_have_text("The clock was moved to the next event.")
        if call(url, f"/v1/videos/{job}")["status"] == "completed":
            break
    page.get_by_role("link", name="Jobs", exact=True).click()
    page.get_by_role("link", name=job).click()
    expect(page.locator("section.job h2 .pill")).to_have_text("completed")
    expect(page.locator("section.polls")).to_contain_text("retrieveVideo")
    page.evaluate("document.getElementById('film').play()")
    until(page, "document.getElementById('film').currentTime > 0.2")

    # Another one fails.
    page.goto(f"{page.url.partition('?')[0]}?job={hostile}")
    page.get_by_role("button", name="Fail now").click()
    expect(page.locator("section.job h2 .pill")).to_have_text("failed")
    expect(page.locator("section.job dd").first).to_have_text(HOSTILE)

    # A fault is set by its form, and is seen to be used.
    page.get_by_role("link", name="Scenarios and faults").click()
    page.locator("#fault-status summary").click()
    form = page.locator("#fault-status form")
    form.get_by_label("status", exact=True).fill("503")
    form.get_by_label("operation").select_option("retrieveVideo")
    form.get_by_role("button", name="Set status").click()
    expect(page.locator("section.faults tbody tr, section.faults tr:has(.pill)")).to_have_count(1)
    assert "error" in call(url, f"/v1/videos/{job}")
    expect(page.locator("section.faults tr:has(.pill) td").nth(3)).to_have_text("1")

    # The refused request says why, and is copied and run again.
    page.get_by_role("link", name="Requests", exact=True).click()
    page.locator("table.requests .s5").first.locator("xpath=ancestor::tr").locator("a").first.click()
    expect(page.locator("section.request .problem")).to_contain_text("upstream")
    page.get_by_role("button", name="Copy curl").click()
    expect(page.locator("#outcome")).to_have_text("Copied.")
    printed = shell(page.evaluate("navigator.clipboard.readText()"), VIDEO_API_KEY=KEY)
    assert "upstream_error" in printed, printed
    expect(page.locator("table.requests .s5")).to_have_count(2)

    # Filters, the keyboard, and the way back.
    page.locator("[name=status_class]").select_option(label="5xx")
    page.get_by_role("button", name="Filter").focus()
    page.keyboard.press("Enter")
    expect(page.locator("table.requests tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Jobs", exact=True).click()
    expect(page.locator("#live")).to_have_text("live")


def look(page: Page, address: str, done: str, axe: str) -> None:
    """Each tab has names, labels, contrast and an order of its own."""
    page.goto(address)
    base = page.url.partition("?")[0]
    places = [*(f"?tab={tab}" for tab in TABS), f"?tab=jobs&job={done}", "?tab=requests&request=11"]
    lines = []
    for place in places:
        page.goto(f"{base}{place}")
        page.evaluate(axe)
        found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
        lines += [f"{place} {each['id']}: {node['html']}" for each in found for node in each["nodes"]]
    assert lines == [], "\n".join(dict.fromkeys(lines))


def keyboard(page: Page, job: str) -> None:
    """A job is found, opened and ended without a mouse."""
    page.goto(page.url.partition("?")[0])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for target in (page.get_by_role("link", name=job), page.get_by_role("button", name="To the end")):
        for _ in range(40):
            page.keyboard.press("Tab")
            if target.evaluate("(it) => it === document.activeElement"):
                break
        page.keyboard.press("Enter")
        expect(page.locator("section.job")).to_be_visible()
    expect(page.locator("section.job h2 .pill")).to_have_text("completed")


def many(page: Page, url: str, address: str) -> None:
    """Among a thousand jobs nothing jumps when there are more, and the place in the list stays."""
    for number in range(1000):
        create(url, f"Film {number}")
    page.goto(address)
    expect(page.locator("table.jobs tbody tr")).to_have_count(50)
    expect(page.locator("#live")).to_have_text("live", timeout=WAIT_MS)
    page.locator("[data-scroll=jobs]").evaluate("(it) => { it.scrollTop = 400; }")
    page.evaluate(_SHIFT)
    for number in range(3):
        last = create(url, f"Another {number}")
        expect(page.get_by_role("link", name=last)).to_be_attached(timeout=WAIT_MS)
    assert page.locator("[data-scroll=jobs]").evaluate("(it) => it.scrollTop") == 400
    shift = page.evaluate("window.shift")
    assert shift < MOST_SHIFT, f"the page has moved by {shift}"
    print(f"a thousand jobs move the page by {shift:.4f}")


def without_script(context: BrowserContext, url: str) -> None:
    """The page can be read, and its buttons work."""
    browser = context.browser
    assert browser is not None
    state = context.storage_state()
    page = browser.new_context(java_script_enabled=False, storage_state=state).new_page()
    page.goto(url)
    row = page.locator("table.jobs tbody tr")
    expect(row).to_have_count(2)
    row.first.locator("a").click()
    page.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(1)


def sign_in(page: Page, url: str, token: str) -> None:
    """Somebody who opens the page without the printed address gives the admin token."""
    page.goto(url)
    page.get_by_label("Admin token").fill("no")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is not the admin token.")
    page.get_by_label("Admin token").fill(token)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Make the first job")).to_be_visible()


def until(page: Page, condition: str) -> None:
    """Wait until an expression is true; the page's policy forbids Playwright's own way."""
    for _ in range(WAIT_MS // 100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never: {condition}")


def shell(command: str, **environment: str) -> str:
    """What a command prints that was copied from the page."""
    return subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]))
