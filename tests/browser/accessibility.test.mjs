// No page has a serious fault for people who see, hear or move differently.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { startDemo, THEMES, WIDTHS } from "./demo.mjs";
import { openPage, PAGES, REFUSALS, REPORTERS_PAGES } from "./pages.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let demo;
let reporter;
before(async () => {
  demo = await startDemo();
  reporter = await demo.sessionOf("Kit Barnaby");
});
after(async () => await demo?.stop());

/** The serious and critical issues of `page`, each with the first places where it was found. */
async function seriousIssues(page) {
  // Evaluated by the debugger, so that the page's content security policy stays as it is.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (rules) => globalThis.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }),
    RULES,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((n) => n.html).join(" ")}`);
}

for (const [width, viewport] of Object.entries(WIDTHS)) {
  for (const colorScheme of THEMES) {
    describe(`on a ${width} in the ${colorScheme} theme nothing is wrong with`, () => {
      for (const name of Object.keys(PAGES)) {
        it(name, async () => check(await openPage(demo, name, { viewport, colorScheme })));
      }
      for (const name of REPORTERS_PAGES) {
        const options = () => ({ viewport, colorScheme, storageState: reporter });
        it(`${name}, to a reporter`, async () => check(await openPage(demo, name, options())));
      }
      for (const [name, [path, status]] of Object.entries(REFUSALS)) {
        it(name, async () => {
          const page = await demo.open(path, { viewport, colorScheme, storageState: reporter });
          // The browser tells of the status too, and of nothing else.
          assert.match(page.complaints.join(), new RegExp(`^[^,]* ${status} [^,]*$`));
          page.complaints = [];
          await check(page, status);
        });
      }
      it("sign-in", async () => {
        const signedOut = { viewport, colorScheme, storageState: undefined };
        await check(await demo.open("/sign-in", signedOut));
      });
    });
  }
}

/** Holds a page to what every page must be: there, accessible, without complaints, narrow. */
async function check(page, status = 200) {
  assert.equal(page.answer.status(), status);
  assert.deepEqual(await seriousIssues(page), []);
  // A broken content security policy, a script that threw and a missing file are told here.
  assert.deepEqual(page.complaints, []);
  const beyond = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(beyond <= 0, `${beyond} pixels wider than the window`);
  await page.context().close();
}
