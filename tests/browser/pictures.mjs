// Takes pictures of the main pages of the sample company, at both widths and in both themes.
// Run by `cargo xtask screenshots`, which names the folders.

import { join } from "node:path";
import { startDemo, THEMES, WIDTHS } from "./demo.mjs";
import { openPage, PAGES } from "./pages.mjs";

/** The few that the documentation shows, by name, width and theme. */
const KEPT = [
  "now-desktop-light",
  "ticket-desktop-light",
  "figures-desktop-light",
  "now-phone-dark",
  "ask-phone-light",
];

const demo = await startDemo();
try {
  for (const [width, viewport] of Object.entries(WIDTHS)) {
    for (const colorScheme of THEMES) {
      for (const name of Object.keys(PAGES)) {
        const page = await openPage(demo, name, { viewport, colorScheme });
        await take(page, `${name}-${width}-${colorScheme}`);
      }
    }
  }
} finally {
  await demo.stop();
}

async function take(page, name) {
  const all = join(process.env.EIDER_PICTURES, `${name}.png`);
  await page.screenshot({ path: all });
  if (KEPT.includes(name)) {
    const kept = join(process.env.EIDER_PICTURES_KEPT, `${name}.jpg`);
    await page.screenshot({ path: kept, type: "jpeg", quality: 80 });
  }
  await page.context().close();
}
