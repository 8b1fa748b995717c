// Notifications in a browser: the button that adds it, what it says where that cannot work, and the
// worker that shows what was sent. The service of a browser's maker cannot be stood in for, so
// its address is given by hand, and messages are handed to the worker by the browser's own tools.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { startDemo } from "./demo.mjs";

const HOME = "/my-duty/contact";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
  "Version/26.0 Mobile/15E148 Safari/604.1";
// Of the example in RFC 8291, section 5.
const SUBSCRIPTION = {
  endpoint: "https://push.example/for-a-story",
  keys: {
    p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth: "BTBZMqHH6r4Tts7J_aSIgg",
  },
};

let demo;
before(async () => (demo = await startDemo()));
after(async () => await demo?.stop());

const button = (page) => page.getByRole("button", { name: "Notify me in this browser" });

it("a browser is added by one press, with the key of the desk", async () => {
  const page = await demo.open(HOME, { permissions: ["notifications"] });
  await page.evaluate((subscription) => {
    PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
      const key = [...applicationServerKey];
      sessionStorage.setItem("asked", JSON.stringify({ userVisibleOnly, key }));
      return { toJSON: () => subscription };
    };
  }, SUBSCRIPTION);
  await button(page).click();
  await page.getByRole("heading", { level: 1, name: /^Chrome on / }).waitFor();
  const options = await page.evaluate(() => JSON.parse(sessionStorage.getItem("asked")));
  assert.equal(options.userVisibleOnly, true);
  assert.equal(options.key.length, 65);
  assert.equal(options.key[0], 4);
  await page.getByLabel("The code that was sent there").waitFor();
  assert.ok(await page.locator("main").getByText("push.example").count());
  assert.ok(!(await page.content()).includes("for-a-story"), "its address is nobody's business");
  assert.deepEqual(page.complaints, []);
});

it("the worker shows what was sent, and one about the same takes its place", async () => {
  const page = await demo.open(HOME, { permissions: ["notifications"] });
  const tools = await page.context().newCDPSession(page);
  const registered = new Promise((resolve) => {
    tools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      if (registrations.length) resolve(registrations[0].registrationId);
    });
  });
  await tools.send("ServiceWorker.enable");
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/push.js");
    await navigator.serviceWorker.ready;
  });
  const registrationId = await registered;
  const deliver = (message) =>
    tools.send("ServiceWorker.deliverPushMessage", {
      origin: demo.address,
      registrationId,
      data: typeof message === "string" ? message : JSON.stringify(message),
    });
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const all = await registration.getNotifications();
      return all.map(({ title, body, tag, data, requireInteraction }) => ({
        title, body, tag, link: data.link, requireInteraction,
      }));
    });
  // What Chromium's tools deliver is lost now and then without a word, so it is delivered again. One
  // that came twice takes its own place.
  const arrives = async (sent, count, title) => {
    for (let tries = 0; tries < 200; tries += 1) {
      if (tries % 40 === 0) await deliver(sent);
      const found = await shown();
      if (found.length === count && found.some((one) => one.title === title)) return found;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    assert.fail(`no “${title}” among ${JSON.stringify(await shown())}`);
  };

  const message = { title: "P1 T-1: Cards", text: "Look.", link: "/p/0123", tag: "a", urgency: "high" };
  const [first] = await arrives(message, 1, message.title);
  assert.deepEqual(first, {
    title: message.title,
    body: "Look.",
    tag: "a",
    link: `${demo.address}/p/0123`,
    requireInteraction: true,
  });
  const more = "P1 T-1: Cards, and 1 more";
  await arrives({ ...message, title: more }, 1, more);
  const foreign = { ...message, title: "Test page", tag: "b", link: "https://elsewhere.example/", urgency: "low" };
  const both = await arrives(foreign, 2, "Test page");
  const second = both.find((one) => one.tag === "b");
  assert.equal(second.link, `${demo.address}${HOME}`, "it leads nowhere else");
  assert.equal(second.requireInteraction, false);
  // A browser that shows nothing for a message takes the right to send any.
  await arrives("no message of ours", 3, "Eider has something for you");
  assert.deepEqual(page.complaints, []);
});

it("a browser that cannot is told what to do instead of a button", async () => {
  const phone = await demo.open(HOME, { userAgent: IPHONE });
  await phone.getByText("first add Eider to the home screen").waitFor();
  assert.equal(await button(phone).count(), 0);

  const without = await demo.open(HOME, { javaScriptEnabled: false });
  // Chromium that is driven so reads what stands in a noscript as text and shows none of it.
  const words = await without.locator("[data-push-worker] noscript").textContent();
  assert.match(words, /your browser has to allow JavaScript/);
  assert.equal(await button(without).count(), 0);
});

it("a browser that was told not to show notifications is told where to allow them", async () => {
  const context = await demo.browser.newContext({ baseURL: demo.address, storageState: demo.session });
  const page = await context.newPage();
  await page.addInitScript(() => Object.defineProperty(Notification, "permission", { value: "denied" }));
  await page.goto(HOME);
  await page.getByText("This browser was told not to show notifications").waitFor();
  assert.equal(await button(page).count(), 0);
});
