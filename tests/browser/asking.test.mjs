// Somebody needs help: the form works on any browser, and loses nothing.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { fillIn, pressAsk, send } from "./asking.mjs";
import { startDemo, WIDTHS } from "./demo.mjs";

let demo;
before(async () => (demo = await startDemo()));
after(async () => await demo?.stop());

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
  it(`a question becomes a ticket ${how}`, async () => {
    const title = `The receipt is missing ${how}`;
    const page = await demo.open("/ask", { javaScriptEnabled, viewport: WIDTHS.phone });
    await fillIn(page, title);
    await send(page);
    assert.match(await page.getByRole("heading", { level: 1 }).innerText(), new RegExp(title));
    const main = await page.locator("main").innerText();
    assert.match(main, /Nobody has this yet/);
    assert.match(main, /I expected a receipt/);
    assert.deepEqual(page.complaints, []);
  });
}

it("a form without its answers is not sent, and says what is missing", async () => {
  const page = await demo.open("/ask", { javaScriptEnabled: false });
  // Leaves out the browser's own check, as an old browser would.
  await page.locator("main form:has([name=title])").evaluate((form) => (form.noValidate = true));
  await pressAsk(page);
  assert.match(page.url(), /\/ask/);
  assert.ok((await page.locator("[aria-invalid=true]").count()) > 0);
});

it("a draft survives a lost connection and a closed page", async () => {
  const page = await demo.open("/ask");
  const title = "The voucher is refused at the till";
  await fillIn(page, title);
  await page.locator("[data-draft-note]").filter({ hasText: /\S/ }).waitFor();
  await page.context().setOffline(true);
  await pressAsk(page);
  await page.context().setOffline(false);
  await page.close();

  const again = await page.context().newPage();
  await again.goto("/ask");
  await again.waitForFunction(
    (wanted) => document.querySelector("[name=title]").value === wanted,
    title,
  );
  await send(again);
  // What was sent is no draft any more.
  await again.goto("/ask");
  assert.equal(await again.locator("[name=title]").inputValue(), "");
});

it("similar tickets are offered while somebody types", async () => {
  const first = await demo.open("/ask");
  await fillIn(first, "Zeppelin tickets cannot be printed");
  await send(first);
  const page = await demo.open("/ask");
  await page.getByLabel("What is wrong, in a few words?").pressSequentially("zeppelin printed");
  await page.locator("main").getByText("Zeppelin tickets cannot be printed").waitFor();
});
