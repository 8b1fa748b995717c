// The sample company, started for the stories of one file, and a browser to visit it.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const STARTED_WITHIN_MS = 60_000;

// What Chromium would do on its own is off: it would call its maker's hosts from a closed network.
const CHROMIUM_FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A phone held upright and a small laptop, in CSS pixels. */
export const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };

/** Both themes of the reader's system. */
export const THEMES = ["light", "dark"];

/** Starts `eider demo` and a browser, signed in as the administrator. Call `stop` at the end. */
export async function startDemo() {
  // The browser first: when it is missing, no server runs that nobody would stop.
  const browser = await startBrowser();
  let server;
  try {
    server = await startServer();
  } catch (error) {
    await browser.close();
    throw error;
  }
  const demo = new Demo(server, browser);
  try {
    await demo.signIn();
  } catch (error) {
    await demo.stop();
    throw error;
  }
  return demo;
}

/** A running sample company. */
class Demo {
  constructor(server, browser) {
    this.address = server.address;
    this.signInLink = server.signInLink;
    this.server = server.process;
    this.browser = browser;
  }

  /** Signs in by the printed link, and keeps the cookies for `open`. */
  async signIn() {
    const context = await this.browser.newContext();
    const page = await context.newPage();
    await page.goto(this.signInLink);
    await page.locator("main form button").first().click();
    await page.waitForURL((url) => !url.pathname.startsWith("/welcome"));
    this.session = await context.storageState();
    await context.close();
  }

  /** The cookies of somebody else here, who gives themselves a password by a link. */
  async sessionOf(name) {
    const asking = await this.open("/people");
    await asking.getByRole("link", { name }).click();
    await asking.getByRole("button", { name: "Make a link for a new password" }).click();
    const link = await asking.getByLabel("The link").inputValue();
    await asking.context().close();
    const context = await this.browser.newContext();
    const page = await context.newPage();
    await page.goto(link);
    await page.locator("main input[type=password]").fill("four words that fit well");
    await page.locator("main form button").first().click();
    await page.waitForURL((url) => url.pathname === "/");
    const session = await context.storageState();
    await context.close();
    return session;
  }

  /**
   * A page of its own browser context at `path`, signed in unless `storageState` says otherwise.
   * Whatever the browser complains about is kept in `page.complaints`.
   */
  async open(path, options = {}) {
    const context = await this.browser.newContext({
      baseURL: this.address,
      storageState: this.session,
      viewport: WIDTHS.desktop,
      reducedMotion: "reduce",
      timezoneId: "Europe/London",
      locale: "en-GB",
      ...options,
    });
    const page = await context.newPage();
    page.complaints = [];
    page.on("console", (message) => {
      if (message.type() === "error") page.complaints.push(message.text());
    });
    page.on("pageerror", (error) => page.complaints.push(String(error)));
    page.answer = await page.goto(path);
    return page;
  }

  /** Closes the browser and ends the server; its folder goes with it. */
  async stop() {
    await this.browser.close();
    if (this.server.exitCode !== null) return;
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGTERM");
    const last = setTimeout(() => this.server.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(last);
  }
}

function startServer() {
  const binary = named("EIDER_BINARY", "the binary `eider`");
  const process = spawn(binary, ["demo", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    const printed = [];
    const found = {};
    const fail = (reason) => {
      process.kill("SIGKILL");
      reject(new Error(`eider demo ${reason}, and printed:\n${printed.join("\n")}`));
    };
    const late = setTimeout(() => fail("told no address in time"), STARTED_WITHIN_MS);
    process.once("error", (error) => fail(`did not start (${error.message})`));
    process.once("exit", (code) => fail(`ended with ${code}`));
    createInterface({ input: process.stdout }).on("line", (line) => {
      printed.push(line);
      found.address ??= line.match(/Address:\s+(http\S+)/)?.[1].replace(/\/$/, "");
      found.signInLink ??= line.match(/Sign in:\s+(http\S+)/)?.[1];
      if (found.address && found.signInLink) {
        clearTimeout(late);
        process.removeAllListeners("exit");
        resolve({ process, ...found });
      }
    });
  });
}

function startBrowser() {
  // Chromium's sandbox refuses root, under which automation often runs.
  const root = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: named("EIDER_CHROMIUM", "the browser"),
    args: root ? [...CHROMIUM_FLAGS, "--no-sandbox"] : CHROMIUM_FLAGS,
    chromiumSandbox: !root,
  });
}

function named(variable, what) {
  const path = process.env[variable];
  if (!path) {
    throw new Error(`${variable} must name ${what}. \`cargo xtask test --only browser\` does it.`);
  }
  return path;
}
