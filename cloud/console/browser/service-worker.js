// Shows what the console tells while none of its pages is open. It keeps no page and no answer.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { key, title, text, url, severity } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, {
    body: text,
    // Sent again under the same key it takes the place of the first, without another sound.
    tag: key,
    data: { url },
    requireInteraction: severity === "critical",
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data.url));
});

/**
 * Only ever a page of this console; in a window of its own unless one shows that page already:
 * another may hold a decision that is half written.
 */
async function show(url) {
  const target = new URL(url, self.location.origin);
  const own = new URL(target.pathname + target.search, self.location.origin).href;
  const windows = await self.clients.matchAll({ type: "window" });
  const open = windows.find((one) => one.url === own);
  return open ? await open.focus() : await self.clients.openWindow(own);
}
