// Adds this browser to the ways in which somebody is reached: asks for the right to show
// notifications, gets an address for them from the browser's own service, and sends it as a form.
(() => {
  "use strict";

  const place = document.querySelector("[data-push-worker]");
  const form = place?.querySelector("form");
  if (!form) return;
  const button = form.querySelector("button");
  const words = [...place.querySelectorAll("[data-push-case]")];

  // Says what is in the way; nothing when it is empty.
  function say(which, detail) {
    for (const one of words) one.hidden = one.dataset.pushCase !== which;
    const told = place.querySelector("[data-push-detail]");
    if (told) told.textContent = detail ?? "";
  }

  function isOnHomeScreen() {
    return navigator.standalone === true || matchMedia("(display-mode: standalone)").matches;
  }

  function hindrance() {
    const isTablet = navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1;
    const isOfApple = isTablet || /iPhone|iPad|iPod/.test(navigator.userAgent);
    if (!isSecureContext) return "insecure";
    if (isOfApple && !isOnHomeScreen()) return "home-screen";
    const isAble = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
    if (!isAble) return "unable";
    return Notification.permission === "denied" ? "denied" : "";
  }

  function bytesOf(base64) {
    const text = atob(base64.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  }

  const isSame = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

  async function keyOfDesk() {
    const answer = await fetch(place.dataset.pushKey, { method: "POST" });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail);
    return bytesOf(told.public_key);
  }

  async function subscribe(key) {
    await navigator.serviceWorker.register(place.dataset.pushWorker);
    const { pushManager } = await navigator.serviceWorker.ready;
    let subscription = await pushManager.getSubscription();
    const used = subscription?.options.applicationServerKey;
    if (subscription && !(used && isSame(new Uint8Array(used), key))) {
      // It was made with a key that this desk does not have any more.
      await subscription.unsubscribe();
      subscription = null;
    }
    return subscription ?? pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  }

  async function add() {
    // Asked for first: browsers take the question only while a button has just been pressed.
    if ((await Notification.requestPermission()) !== "granted") return say("denied");
    const subscription = (await subscribe(await keyOfDesk())).toJSON();
    form.elements.endpoint.value = subscription.endpoint;
    form.elements.p256dh.value = subscription.keys.p256dh;
    form.elements.auth.value = subscription.keys.auth;
    form.submit();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    say("");
    button.disabled = true;
    try {
      await add();
    } catch (error) {
      say("failed", error.message);
    }
    button.disabled = false;
  });

  const inTheWay = hindrance();
  say(inTheWay);
  place.querySelector("[data-push-form]").hidden = Boolean(inTheWay);
})();
