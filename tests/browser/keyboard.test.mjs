// Everything can be done by keyboard, and `?` says how.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { startDemo } from "./demo.mjs";

let demo;
before(async () => (demo = await startDemo()));
after(async () => await demo?.stop());

it("? shows the keys, and Escape puts them away", async () => {
  const page = await demo.open("/");
  await page.keyboard.press("?");
  const keys = page.locator("dialog[open]");
  await keys.waitFor();
  assert.ok((await keys.locator("kbd").count()) >= 3);
  await page.keyboard.press("Escape");
  await keys.waitFor({ state: "detached" });
});

it("? is a letter where somebody writes", async () => {
  const page = await demo.open("/ask");
  const title = page.locator("[name=title]");
  await title.focus();
  await page.keyboard.type("Why?");
  assert.equal(await title.inputValue(), "Why?");
  assert.equal(await page.locator("dialog[open]").count(), 0);
});

it("the first Tab offers to skip to the page, and focus can be seen", async () => {
  const page = await demo.open("/tickets");
  await page.keyboard.press("Tab");
  const focused = page.locator(":focus");
  assert.equal(await focused.getAttribute("href"), "#main");
  const outline = await focused.evaluate((link) => getComputedStyle(link).outlineStyle);
  assert.notEqual(outline, "none");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
});

it("a ticket is found, opened and left by keys alone", async () => {
  const page = await demo.open("/");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.waitForURL("**/tickets");
  await page.locator("[data-row]").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const second = page.locator("[data-row]").nth(1).locator("[data-open]");
  const path = await second.getAttribute("href");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), path);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${path}`);
  await page.locator("main h1").waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await page.waitForURL((url) => url.pathname === "/");
});
