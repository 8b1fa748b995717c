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
  "on-call-phone-dark": "on-call-phone-dark",
};

/** The few of what people see in Slack. */
const KEPT_OF_SLACK = {
  "card-new-desktop-light": "slack-card-new",
  "card-incident-desktop-dark": "slack-card-incident",
  "form-similar-phone-light": "slack-form",
  "thread-desktop-light": "slack-thread",
  "deed-update-phone-dark": "slack-update",
  "home-desktop-light": "slack-home",
  "digest-desktop-dark": "slack-digest",
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
      await takeSlack({ viewport, colorScheme, ...DEVICES[width], deviceScaleFactor: 1 }, width);
    }
  }
} finally {
  await demo.stop();
}

async function take(page, name) {
  assert.equal(page.answer.status(), 200, `${name} cannot be pictured`);
  const path = join(process.env.EIDER_PICTURES, `${name}.png`);
  await page.screenshot({ path });
  await keep(path, KEPT[name]);
  await page.context().close();
}

/** Everything that people see in Slack, each as a picture of its own. */
async function takeSlack(options, width) {
  const page = await demo.open("/gallery/slack", options);
  assert.equal(page.answer.status(), 200, "what people see in Slack cannot be pictured");
  // The bar at the bottom of a phone is not Slack's, and would lie over its pictures.
  await page.locator(".bottom-bar").evaluateAll((bars) => bars.forEach((bar) => bar.remove()));
  for (const sample of await page.locator("figure.sk-sample").all()) {
    const name = `${await sample.getAttribute("id")}-${width}-${options.colorScheme}`;
    const path = join(process.env.EIDER_PICTURES, `slack-${name}.png`);
    await sample.locator(".sk-surface").screenshot({ path });
    await keep(path, KEPT_OF_SLACK[name]);
  }
  await page.context().close();
}

async function keep(path, name) {
  if (name) await copyFile(path, join(process.env.EIDER_PICTURES_KEPT, `${name}.png`));
}
