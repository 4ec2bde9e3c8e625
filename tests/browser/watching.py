"""Looking at a page as a careful reviewer would."""

import re
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import ConsoleMessage, Page, Response

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
DRAWN = "#diagram[data-ready]:not(.is-failed) .djs-container"
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 740}
SETTLED = "() => !document.querySelector('[data-diagram]:not([data-ready]), .htmx-request')"
REPLACED = ("htmx:afterRequest", "htmx:sendAbort")  # by a newer request; a lost one says more
CROWDED = """() => {
  const told = (one) => one.innerText.trim().slice(0, 60);
  const found = [];
  for (const cell of document.querySelectorAll("main td, main th")) {
    const box = cell.getBoundingClientRect();
    if (!box.width || cell.closest(".mc-clip, .mc-scroll, thead")) continue;
    if (box.width < 24 && box.height > 80) found.push(`crushed: ${told(cell)}`);
    for (const one of cell.querySelectorAll(".mc-status, .mc-due, .govuk-button, code, time")) {
      const own = one.getBoundingClientRect();
      if (own.right > box.right + 2) found.push(`over the edge of its cell: ${told(one)}`);
    }
  }
  return found;
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Watch:
    """Follows pages and remembers what a person would not see but should not happen."""

    def __init__(self, *, pictures: bool = False) -> None:
        self.complaints: list[str] = []
        self.pictures = pictures  # keep one of each page, for people to look at

    def follow(self, page: Page) -> None:
        """Remember console errors, uncaught exceptions and failed answers of ``page``."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._receive)

    def inspect(self, page: Page, name: str) -> None:
        """Fail where the page that is open complains, excludes somebody or scrolls sideways."""
        assert self.faults(page, name) == []

    def faults(self, page: Page, name: str, *, glance: bool = False) -> list[str]:
        """Return what is wrong with the page that is open; complaints are told once."""
        page.wait_for_load_state("load")
        page.wait_for_function(SETTLED)
        if self.pictures:
            self._picture(page, name)
        heard, self.complaints = self.complaints, []
        sideways = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        wide = [f"{sideways} pixels sideways"] if sideways > 0 else []
        crowded = page.evaluate(CROWDED)
        return [*heard, *wide, *crowded, *([] if glance else self._violations(page))]

    def inspect_everywhere(self, page: Page, name: str) -> None:
        """Inspect the page that is open in both languages and both sizes; leave it as it was."""
        assert self.faults_everywhere(page, name) == []

    def faults_everywhere(self, page: Page, name: str, *, glance: str = "") -> list[str]:
        """Return what is wrong with the page that is open in either language or size.

        In the language ``glance`` it is only looked at for its width and its complaints.
        """
        size = page.viewport_size or DESK
        language = page.locator("html").get_attribute("lang") or "vi"
        found: list[str] = []
        for spoken in ("en", "vi") if language == "vi" else ("vi", "en"):
            self.speak(page, spoken)
            for shown in (DESK, PHONE) if size["width"] == PHONE["width"] else (PHONE, DESK):
                page.set_viewport_size({"width": shown["width"], "height": shown["height"]})
                faults = self.faults(page, name, glance=spoken == glance)
                found += [f"{name} {spoken} {shown['width']}: {one}" for one in faults]
        return found

    def speak(self, page: Page, language: str) -> None:
        """Open the page that is open in another language."""
        address = urlsplit(page.url)
        here = f"{address.path}?{address.query}" if address.query else address.path
        page.goto(f"/language/{language}?next={quote(here, safe='')}")
        assert page.locator("html").get_attribute("lang") == language

    def _violations(self, page: Page) -> list[str]:
        page.evaluate(AXE)  # comes over the debugging protocol, which no policy blocks
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
        )
        return [
            f"{violation['impact']} {violation['id']}: {node['html'][:160]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def _picture(self, page: Page, name: str) -> None:
        width = (page.viewport_size or {"width": 0})["width"]
        language = page.locator("html").get_attribute("lang")
        file = SCREENSHOTS / f"{language}-{width}" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        # A hidden caret would leave style attributes, which the page's policy complains about.
        page.screenshot(path=file, full_page=True, animations="disabled", caret="initial")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if not _is_refused_page(message) and not message.text.startswith(REPLACED):
            self.complaints.append(f"{message.type}: {message.text} {message.location}")

    def _receive(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} {response.url}")


def _is_refused_page(message: ConsoleMessage) -> bool:
    """Tell whether the browser only repeats that the page itself is a refusal, as it should be."""
    refused = re.search(r"responded with a status of (403|404|409|422)", message.text)
    return bool(refused and message.page and message.location["url"] == message.page.url)
