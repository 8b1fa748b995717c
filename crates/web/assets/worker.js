// Eider's worker: it shows what is sent to this browser when none of its pages is open, and does
// nothing else. It keeps nothing and answers no page.
"use strict";

const HOME = "/my-duty/contact";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.link));
});

function read(data) {
  try {
    return data.json() ?? {};
  } catch {
    return {};
  }
}

// A browser that shows nothing for a message takes the right to send any, so something is shown
// whatever came.
function show(message) {
  return registration.showNotification(message.title || "Eider has something for you", {
    body: message.text || "Open Eider to see it.",
    // What is about the same takes the place of what came before, and rings again.
    tag: message.tag || "eider",
    renotify: true,
    requireInteraction: message.urgency === "high",
    icon: "ICON",
    badge: "ICON",
    lang: "en-GB",
    data: { link: own(message.link) },
  });
}

// An address of this desk and of nowhere else.
function own(link) {
  const address = new URL(link || HOME, location.origin);
  return address.origin === location.origin ? address.href : new URL(HOME, location.origin).href;
}

async function open(link) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url === link);
  return there ? there.focus() : clients.openWindow(link);
}
