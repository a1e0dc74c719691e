"""What the browser tests share: a watch over what a page does, and waiting for it."""

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page


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


def until(page: Page, condition: str, seconds: float = 12) -> None:
    """Waits for a JavaScript condition. Playwright's own waiting uses eval, which the policy forbids."""
    for _ in range(int(seconds / 0.02)):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"never came true: {condition}")
