"""What the browser tests share: a watch over what a page does, and waiting for it."""

from dataclasses import dataclass, field
from time import monotonic

import pytest
from playwright.sync_api import Error, Frame, Page

PATIENCE = 30  # seconds; many times what anything takes, for a machine that does much beside


@dataclass
class Watch:
    """What a page did besides showing itself."""

    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def over(self, page: Page) -> Page:
        page.on("console", lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("response", lambda response: self.requests.append(response.url))
        # what the policy refused was never sent; any other failure was tried
        page.on("requestfailed", lambda sent: self.requests.append(sent.url) if sent.failure != "csp" else None)
        return page


def until(page: Page | Frame, condition: str, seconds: float = PATIENCE) -> None:
    """Waits for a JavaScript condition. Playwright's own waiting uses eval, which the policy forbids."""
    end = monotonic() + seconds
    while not _holds(page, condition):
        if monotonic() > end:
            pytest.fail(f"never came true: {condition}")
        page.wait_for_timeout(20)


def _holds(page: Page | Frame, condition: str) -> bool:
    try:
        return bool(page.evaluate(condition))
    except Error as error:
        if "Execution context was destroyed" in error.message or "navigat" in error.message:
            return False  # the page is being left for another, where it may hold
        raise
