{% load static %}// Shows what was pushed, says so, and opens the page it leads to. Nothing is kept or cached.
self.addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : {};
  const shown = self.registration.showNotification(said.title, {
    body: said.body,
    tag: said.tag,
    data: said.url,
    icon: "{% static "img/mark.svg" %}",
  });
  const report = () => fetch(`/hooks/push/${encodeURIComponent(said.tag)}/`, { method: "POST", credentials: "omit" });
  event.waitUntil(shown.then(report).catch(() => undefined));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const page = new URL(event.notification.data || "/", self.location.origin);
  if (page.origin === self.location.origin) event.waitUntil(self.clients.openWindow(page.href));
});
