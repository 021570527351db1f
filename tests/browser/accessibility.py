"""What the errands share that use a page by keyboard, or look at it with axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

LEFT_OUT = [
    # Streamlit greys a disabled control's label out and does not tell axe what is disabled.
    [
        "color-contrast",
        "[data-testid=stWidgetLabel]:has(+ * :disabled)",
    ],
    # Streamlit's long formulas scroll; a screen reader reads them as MathML.
    ["scrollable-region-focusable", ".katex-display"],
]
"""Rules of axe and the parts of Streamlit's own widgets to which they are not applied."""

AXE = """async ([leftOut, rules]) => {
  const { violations } = await axe.run(document, { ...rules, resultTypes: ["violations"], elementRef: true });
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).flatMap(({ id, nodes }) => nodes
    .filter(({ element }) => !leftOut.some(([rule, part]) => rule === id && element.closest(part)))
    .map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}"""

FINISH_TRANSITIONS = """() => document.getAnimations()
  .filter((animation) => animation instanceof CSSTransition).forEach((transition) => transition.finish())"""


def axe_violations(page: Page) -> list[str]:
    """What axe finds serious or critical in the light theme, and in the dark one, where only the colours are others.

    Each look waits for the page to be at rest, since what a run has not yet shown anew is faded. The page is left so
    high that all of it is on the screen, since axe sees no colours elsewhere.
    """
    assert page.viewport_size is not None
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 4000})
    page.evaluate(Axe().axe_script)
    wait_until_shown(page)
    page.evaluate(FINISH_TRANSITIONS)
    violations: list[str] = page.evaluate(AXE, [LEFT_OUT, {}])
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".stApp")).to_have_css("color-scheme", "dark")
    wait_until_shown(page)
    page.evaluate(FINISH_TRANSITIONS)
    violations += page.evaluate(AXE, [LEFT_OUT, {"runOnly": ["color-contrast"]}])
    return violations


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    expect(target).to_be_visible()
    for _ in range(100):
        page.keyboard.press("Tab")
        if target.evaluate("node => node === document.activeElement"):
            return
    pytest.fail("100 presses of Tab do not reach it")


def wait_until_shown(page: Page) -> None:
    """Wait until the page has been run and all of it is there."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".stApp[data-test-script-state=notRunning]")).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
