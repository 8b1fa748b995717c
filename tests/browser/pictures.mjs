// Takes pictures of the main pages of the sample company, at both widths and in both themes.
// Run by `cargo xtask screenshots`, which names the folders.

import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { startDemo, THEMES, WIDTHS } from "./demo.mjs";
import { openPage, PAGES } from "./pages.mjs";

/** The few that the documentation shows: the file for each page, width and theme. */
const KEPT = {
  "now-desktop-light": "now",
  "ticket-desktop-light": "ticket",
  "figures-desktop-light": "figures",
  "ticket-phone-dark": "ticket-phone-dark",
  "ask-phone-light": "ask-phone-light",
};

/** A phone's own way to show a page: sharp, and without bars to scroll by. */
const DEVICES = { phone: { isMobile: true, hasTouch: true, deviceScaleFactor: 2 }, desktop: {} };

const demo = await startDemo();
try {
  for (const [width, viewport] of Object.entries(WIDTHS)) {
    for (const colorScheme of THEMES) {
      for (const name of Object.keys(PAGES)) {
        const page = await openPage(demo, name, { viewport, colorScheme, ...DEVICES[width] });
        await take(page, `${name}-${width}-${colorScheme}`);
      }
    }
  }
} finally {
  await demo.stop();
}

async function take(page, name) {
  assert.equal(page.answer.status(), 200, `${name} cannot be pictured`);
  const path = join(process.env.EIDER_PICTURES, `${name}.png`);
  await page.screenshot({ path });
  if (KEPT[name]) await copyFile(path, join(process.env.EIDER_PICTURES_KEPT, `${KEPT[name]}.png`));
  await page.context().close();
}
