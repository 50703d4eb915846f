"""A walk over a page with the Tab key alone: what has the focus in turn, whether it is seen, and what is never reached."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# Notes each stop when its next key is pressed: by then the browser has moved it into sight.
WATCH = """() => {
  const can = "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex]";
  const isFirst = (each) => each.type !== "radio" || each === (
    document.querySelector(`input[type=radio][name="${each.name}"]:checked`) ||
    document.querySelector(`input[type=radio][name="${each.name}"]`));
  const words = (each) => `${each.tagName.toLowerCase()} ${each.name || each.getAttribute("href") || ""} ` +
    (each.textContent || "").trim().slice(0, 40).replace(/\\s+/g, " ");
  const isMarked = (each) => [each, ...each.children].some((part) => {
    const style = getComputedStyle(part);
    return style.boxShadow !== "none" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  });
  const isSeen = (each) => [...each.getClientRects()].some((box) => {
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    if (right - left < 1 || bottom - top < 1) return false;
    if (each.ownerSVGElement) return true;
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return hit && (each.contains(hit) || hit.contains(each));
  });
  for (const fold of document.querySelectorAll("main details:not(.more)")) fold.open = true;
  const all = [...document.querySelectorAll(can)].filter((each) =>
    each.tabIndex >= 0 && !each.disabled && each.checkVisibility({visibilityProperty: true}) && isFirst(each));
  const walk = window.walk = {stops: [], faults: [], all: all.map(words), over: false};
  for (const each of document.querySelectorAll("main [hx-get], main [hx-post], [role=button], [onclick], [hx-trigger*=click]")) {
    if (!each.matches(can + ", form") && !(each.getAttribute("hx-trigger") || "").match(/^(every|load|typed)/)) {
      walk.faults.push(`no key presses: ${words(each)}`);
    }
  }
  document.addEventListener("keydown", (event) => {
    const each = document.activeElement;
    if (event.key !== "Tab" || walk.over || each === walk.last) return;
    const number = all.indexOf(each);
    if (each === document.body || number === 0 && walk.stops.length) walk.over = walk.stops.length > 0;
    if (walk.over || each === document.body) return;
    walk.last = each;
    if (number >= 0) walk.stops.push(number);
    if (!isMarked(each)) walk.faults.push(`the focus is not seen: ${words(each)}`);
    if (!isSeen(each)) walk.faults.push(`out of sight: ${words(each)}`);
  }, true);
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex");
  return all.length;
}"""


def faults_of(page: Page) -> list[str]:
    """What somebody without a mouse would miss on this page; empty when nothing."""
    count, presses = int(page.evaluate(WATCH)), 0
    seen: dict[str, Any] = {}
    # A date is several stops of the browser's own; more than these are a trap.
    while presses <= 2 * count + 60 and not seen.get("over"):
        for _press in range(count + 2 if not presses else 8):
            # Held down: half of what a press costs.
            page.keyboard.down("Tab")
            presses += 1
        seen = page.evaluate("window.walk")
    page.keyboard.up("Tab")
    faults: list[str] = seen["faults"] + ([] if seen["over"] else ["a trap: the walk does not end"])
    faults += [f"not reached: {seen['all'][number]}" for number in range(count) if number not in seen["stops"]]
    return faults + (["not in the order of the page"] if seen["stops"] != sorted(seen["stops"]) else [])
