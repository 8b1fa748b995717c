// From a question to an answer, end to end, with JavaScript and without.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { fillIn, send } from "./asking.mjs";
import { startDemo } from "./demo.mjs";

let demo;
before(async () => (demo = await startDemo()));
after(async () => await demo?.stop());

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
  it(`a question is taken, answered and closed ${how}`, async () => {
    const page = await demo.open("/ask", { javaScriptEnabled });
    await fillIn(page, `The scales show pounds ${how}`);
    await send(page);
    await page.getByRole("button", { name: /^Take it/ }).click();
    await page.locator(".ticket-head").getByText("Nobody has this yet").waitFor({ state: "hidden" });
    await page.getByRole("link", { name: /^Resolve/ }).first().click();

    // A dialog on the page, or a page of its own: the same form.
    const form = javaScriptEnabled ? page.getByRole("dialog") : page.locator("main");
    await form.getByLabel("What made it happen?").fill("The scales were set to another country.");
    await form.getByLabel("How do we know that it is put right?").fill("I weighed an apple.");
    await form.getByRole("radio", { name: /^No\b/ }).check();
    await form.getByRole("button", { name: "It is put right" }).click();
    await page.locator("main").getByText("I weighed an apple.").first().waitFor();

    // Whoever asked has the last word.
    await page.getByRole("button", { name: /^It works|^Confirm/ }).first().click();
    await page.locator("main").getByText("Closed", { exact: true }).first().waitFor();
    assert.deepEqual(page.complaints, []);
  });
}
