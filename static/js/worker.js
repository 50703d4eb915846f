// Shows what the portal sends to this browser, and opens its page when it is touched.
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
