// Shows what the portal sends to this browser, opens its page when it is touched, and says where it is when it moves.
"use strict";

self.addEventListener("push", (event) => {
  const { title, body, url, lang, tag } = event.data.json();
  // What takes another's place is to be noticed, too.
  event.waitUntil(self.registration.showNotification(title, { body, lang, tag, renotify: true, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
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
