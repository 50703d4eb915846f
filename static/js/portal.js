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
