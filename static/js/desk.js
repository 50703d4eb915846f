// The office's desk: on the board j and k go down and up, o opens; on a ticket's page, others see that one writes.
"use strict";

const board = document.querySelector("[data-keys]");
const told = document.querySelector("[data-told]");
const writing = document.querySelector("form[data-writing]");
const REST = 10_000;

function isField(element) {
  return element.matches("input, select, textarea, [contenteditable]");
}

function move(by) {
  const links = [...board.querySelectorAll("a.ref")];
  const now = links.indexOf(document.activeElement);
  const next = links[Math.min(Math.max(now + by, 0), links.length - 1)];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  if (told) told.textContent = next.closest("li").querySelector("[data-say]").textContent.trim();
}

if (board) {
  // Only while the list has the focus: elsewhere single letters belong to the browser and to who speaks to it.
  board.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "o" && document.activeElement.matches("a")) document.activeElement.click();
    else return;
    event.preventDefault();
  });
}

if (writing) {
  let last = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.matches("textarea") || Date.now() - last < REST) return;
    last = Date.now();
    writing.elements.typing.value = "yes";
    writing.dispatchEvent(new CustomEvent("typed"));
    setTimeout(() => { writing.elements.typing.value = ""; }, 2000);
  });
}
