// The portal's worker: keeps the list and the consignments last seen for when there is no line, for their reader alone;
// shows what is sent to this browser, opens its page when it is touched, and says where it is when it moves.
"use strict";

const SHELL = "shell-1";
const PAGES = "pages-1";
const OFFLINE = "/offline/";
const KEPT = /^\/consignments\/(?:RW[0-9]+-[0-9]+\/)?$/;
const MOST = 30;
const LEAVING = /^\/accounts\/(?:login|logout)\//;

async function fillShell() {
  const shell = await caches.open(SHELL);
  const page = await fetch(OFFLINE, { cache: "no-cache" });
  if (!page.ok) return;
  const found = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((match) => match[1]);
  await shell.put(OFFLINE, page);
  await shell.addAll(found);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fillShell().catch(() => {}));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), clean()]));
});

async function clean() {
  for (const name of await caches.keys()) if (name !== SHELL && name !== PAGES) await caches.delete(name);
}

// For whom pages are kept is written beside them, so that it outlives the worker.
async function readerKept() {
  const said = await (await caches.open(PAGES)).match("/reader");
  return said ? said.text() : "";
}

async function forget() {
  await caches.delete(PAGES);
}

async function keep(request, response) {
  const said = response.headers.get("X-Reader");
  if (!said) return;
  const reader = said.split(" ")[0];
  if ((await readerKept()) !== reader) await forget();
  const path = new URL(request.url);
  if (reader === "nobody" || response.status !== 200 || response.redirected || !KEPT.test(path.pathname)) return;
  const pages = await caches.open(PAGES);
  await pages.put("/reader", new Response(reader));
  await pages.delete(path.pathname);
  await pages.put(path.pathname, response);
  const held = (await pages.keys()).filter((each) => !each.url.endsWith("/reader"));
  for (const old of held.slice(0, -MOST)) await pages.delete(old);
}

async function kept(request) {
  const path = new URL(request.url).pathname;
  const found = await (await caches.open(PAGES)).match(path, { ignoreVary: true });
  if (!found) return null;
  const seconds = Number(found.headers.get("X-Reader").split(" ")[1]);
  if (Date.now() - Date.parse(found.headers.get("Date")) > seconds * 1000) {
    await forget();
    return null;
  }
  const text = (await found.text()).replace('id="offline" hidden', 'id="offline" data-kept="yes"');
  const headers = new Headers(found.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  return new Response(text, { headers });
}

async function offline(request) {
  const page = await (await caches.open(SHELL)).match(OFFLINE, { ignoreVary: true });
  if (!page) return Response.error();
  if (request.method !== "POST") return page;
  const text = (await page.text()).replace("data-sent hidden", "data-sent");
  return new Response(text, { status: 503, headers: page.headers });
}

async function visit(event) {
  const { request } = event;
  if (request.method === "POST" && LEAVING.test(new URL(request.url).pathname)) await forget();
  let response;
  try {
    response = await fetch(request);
  } catch {
    return (request.method === "GET" && (await kept(request))) || offline(request);
  }
  // Not kept by halves: the page is shown meanwhile.
  const copy = response.clone();
  event.waitUntil(keep(request, copy).catch(() => {}));
  return response;
}

async function asset(request) {
  try {
    const response = await fetch(request);
    if (response.ok) await (await caches.open(SHELL)).put(request, response.clone());
    return response;
  } catch {
    return (await caches.match(request, { ignoreVary: true })) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(visit(event));
  else if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(asset(request));
});

self.addEventListener("push", (event) => {
  const { title, body, url, lang, tag, why, change, change_words } = event.data.json();
  const said = {
    body: [body, why].filter(Boolean).join("\n\n"),
    // Browsers that show no buttons have the page of settings in the portal's own menu.
    actions: change ? [{ action: "change", title: change_words }] : [],
    data: { url, change },
  };
  // What takes another's place is to be noticed, too.
  event.waitUntil(self.registration.showNotification(title, { ...said, lang, tag, renotify: true }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url, change } = event.notification.data;
  event.waitUntil(self.clients.openWindow(event.action === "change" ? change : url));
});

// The browser's maker has given it another address: the old one's keys prove that it is the same browser.
self.addEventListener("pushsubscriptionchange", (event) => {
  const old = event.oldSubscription;
  if (!old) return;
  const renew = async () => {
    const held = await self.registration.pushManager.getSubscription();
    const options = { userVisibleOnly: true, applicationServerKey: old.options.applicationServerKey };
    const said = event.newSubscription || held || (await self.registration.pushManager.subscribe(options));
    const headers = { "Content-Type": "application/json" };
    await fetch("/notifications/browser/renew/", { method: "POST", headers, body: JSON.stringify({ old, new: said }) });
  };
  event.waitUntil(renew());
});
