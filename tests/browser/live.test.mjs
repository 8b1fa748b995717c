// A page that is open shows what others do, without being loaded again.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { fillIn, send } from "./asking.mjs";
import { startDemo } from "./demo.mjs";

let demo;
before(async () => (demo = await startDemo()));
after(async () => await demo?.stop());

it("a new ticket appears on an open page of somebody else", async () => {
  const watching = await demo.open("/");
  await watching.evaluate(() => (globalThis.neverLoadedAgain = true));
  const asking = await demo.open("/ask");
  await fillIn(asking, "The lift plays the wrong music");
  await send(asking);
  await ticket(watching, "The lift plays the wrong music").waitFor();
  assert.equal(await watching.evaluate(() => globalThis.neverLoadedAgain), true);
});

it("a ticket's page shows that somebody took it", async () => {
  const asking = await demo.open("/ask");
  await fillIn(asking, "The door of the garage stays open");
  await send(asking);
  const watching = await demo.open(new URL(asking.url()).pathname);
  await watching.evaluate(() => (globalThis.neverLoadedAgain = true));
  await watching.locator(".ticket-head").getByText("Nobody has this yet").waitFor();
  await asking.getByRole("button", { name: /^Take/ }).click();
  await watching.locator(".ticket-head").getByText("Nobody has this yet").waitFor({ state: "hidden" });
  assert.equal(await watching.evaluate(() => globalThis.neverLoadedAgain), true);
});

it("what happens between a page and its stream is shown too", async () => {
  const watching = await demo.open("/people");
  let listen;
  const later = new Promise((resolve) => (listen = resolve));
  await watching.route("**/live?*", async (route) => {
    await later;
    await route.continue();
  });
  await watching.goto("/");
  const asking = await demo.open("/ask");
  await fillIn(asking, "The till prints upside down");
  await send(asking);
  const told = ticket(watching, "The till prints upside down");
  assert.equal(await told.count(), 0);
  listen();
  await told.waitFor();
});

// The row of a ticket: while people are called for it, which they are by day, its page is listed too.
function ticket(page, title) {
  return page.getByRole("link", { name: title, exact: true });
}
