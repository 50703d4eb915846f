// On every page: the worker that keeps pages for when there is no line, and the bar that says so.
"use strict";

const bar = document.getElementById("offline");
const back = document.querySelector("[data-back]");
const again = document.querySelector("[data-again]");

function say() {
  // A page that the worker gave out of what it kept shows its bar in any case.
  if (bar && !bar.dataset.kept) bar.hidden = navigator.onLine;
}

addEventListener("offline", say);
addEventListener("online", say);
say();
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js");

if (back) {
  back.hidden = again.hidden = false;
  back.addEventListener("click", () => history.back());
  again.addEventListener("click", () => location.reload());
}

// A menu that lies over the page closes with Escape, and when something else is touched.
function menus() {
  return document.querySelectorAll("details.more[open], details.acting[open]");
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    if (menu.contains(event.target)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// A form whose answer never came keeps its token when its page is opened again: the portal does it once.
const here = location.pathname + location.search;
const pending = JSON.parse(sessionStorage.getItem("pending") || "null");
const arrived = document.cookie.match(/(?:^|; )once=([^;]+)/);
if (pending && arrived && arrived[1] === pending.token) sessionStorage.removeItem("pending");
else if (pending && pending.here === here) {
  for (const field of document.querySelectorAll("input[name=once]")) field.value = pending.token;
}

// A finger that taps twice sends once; back on the page, the button works again.
const sending = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (sending.has(form)) event.preventDefault();
  sending.add(form);
  if (form.elements.once) sessionStorage.setItem("pending", JSON.stringify({ here, token: form.elements.once.value }));
});
addEventListener("pageshow", () => {
  for (const form of document.forms) sending.delete(form);
});

// Parts that ask by themselves whether anything is new ask nothing while nobody looks or there is no line, and ever
// more seldom while nothing is new: from a minute on, up to every 15 s. A touch or a key makes them ask at once.
const polls = new Map();
let touched = performance.now();
for (const sign of ["pointerdown", "keydown", "visibilitychange", "online"]) {
  addEventListener(sign, () => { touched = performance.now(); }, { passive: true });
}

function pollOf(event) {
  const each = event.detail.elt;
  if (!(each.getAttribute("hx-trigger") || "").startsWith("every ")) return null;
  const path = each.getAttribute("hx-get").split("?")[0];
  if (!polls.has(path)) polls.set(path, { asked: 0, news: touched, said: "" });
  return polls.get(path);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const poll = pollOf(event), now = performance.now();
  if (!poll) return;
  const quiet = now - Math.max(poll.news, touched);
  const wait = quiet < 60_000 ? 0 : Math.min(quiet / 20, 15_000);
  if (document.hidden || !navigator.onLine || now - poll.asked < wait) event.preventDefault();
  else poll.asked = now;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const poll = pollOf(event), answer = event.detail.xhr;
  if (!poll || answer.status !== 200 || answer.responseText === poll.said) return;
  poll.said = answer.responseText;
  poll.news = performance.now();
});
