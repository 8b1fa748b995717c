// Eider beside local-slack: a stand-in for Slack that somebody else wrote.

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";

const STARTED_WITHIN_MS = 60_000;
const SEEN_WITHIN_MS = 30_000;
const LOCAL_SLACK = join(
  dirname(fileURLToPath(import.meta.url)),
  "node_modules/local-slack-linux-x64/bin/local-slack",
);

export const TEAM = "T01DESK";
export const CHANNEL = "C01SUPPORT";
export const ADA = { id: "U01ADA", name: "Ada Lovelace", email: "ada@example.org" };
export const REMY = { id: "U02REMY", name: "Remy Porter", email: "remy@example.org" };
const APP = {
  appId: "A01EIDER",
  botUserId: "U0EIDER",
  botName: "eider",
  botToken: "xoxb-local-eider",
  appToken: "xapp-1-A01EIDER-1-local",
  signingSecret: "0123456789abcdef0123456789abcdef",
};

/** Waits until `look` answers with something, and says what it waited for when it never does. */
export async function until(what, look) {
  const deadline = Date.now() + SEEN_WITHIN_MS;
  let last;
  while (Date.now() < deadline) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain until ${what}${last ? `: ${last}` : ""}`);
}

/** A desk that is served and connected to a local Slack, by `mode`: "socket" or "http". */
export async function startDesk(mode) {
  const desk = new Desk(mode);
  try {
    await desk.start();
  } catch (error) {
    await desk.stop();
    throw error;
  }
  return desk;
}

class Desk {
  constructor(mode) {
    this.mode = mode;
    this.processes = [];
  }

  async start() {
    this.folder = await mkdtemp(join(tmpdir(), "eider-slack-"));
    this.slackPort = await freePort();
    const eiderPort = await freePort();
    this.address = `http://127.0.0.1:${eiderPort}`;
    await this.startSlack();
    const place = ["--data", join(this.folder, "desk")];
    await this.eider(["admin", "create", "--email", ADA.email, "--name", ADA.name, ...place],
      "a long sentence that nobody else types\n");
    const token = await this.eider(["token", "create", "--for", ADA.email, "--name", "story", ...place]);
    this.token = token.trim();
    await this.serve([...place, "--listen", `127.0.0.1:${eiderPort}`]);
    await this.connect();
    await this.watch();
  }

  async startSlack() {
    const app = { ...APP, mode: this.mode === "http" ? "events" : "socket" };
    if (this.mode === "http") app.requestUrl = await this.startRelay();
    const user = (person) => ({ id: person.id, name: person.name.toLowerCase().replace(" ", "."),
      real_name: person.name, email: person.email, tz: "Europe/London" });
    const config = {
      workspace: { name: "Desk", domain: "desk", teamId: TEAM },
      apps: [app],
      users: [user(ADA), user(REMY)],
      channels: [{ id: CHANNEL, name: "support", members: [ADA.id, REMY.id, APP.botUserId] }],
    };
    const path = join(this.folder, "slack.json");
    await writeFile(path, JSON.stringify(config));
    const port = String(this.slackPort);
    this.run(LOCAL_SLACK, ["--config", path, "--port", port, "--base-host", "127.0.0.1"], "ignore");
    await until("local-slack answers", () => this.slack("state"));
  }

  /** Slack calls three addresses; local-slack has room for one. Nothing of a request is changed. */
  async startRelay() {
    this.relay = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      const body = Buffer.concat(parts);
      const path = request.headers["content-type"]?.startsWith("application/json") ? "events"
        : body.toString().startsWith("payload=") ? "interactions" : "commands";
      const headers = {};
      for (const name of ["content-type", "x-slack-signature", "x-slack-request-timestamp"]) {
        if (request.headers[name]) headers[name] = request.headers[name];
      }
      const sent = await fetch(`${this.address}/slack/${path}`, { method: "POST", headers, body })
        .catch(() => ({ status: 502, text: async () => "" }));
      response.writeHead(sent.status).end(await sent.text());
    });
    await new Promise((resolve) => this.relay.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${this.relay.address().port}/`;
  }

  async serve(place) {
    const server = this.run(process.env.EIDER_BINARY, ["serve", ...place], "pipe");
    const lines = createInterface({ input: server.stdout });
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("eider did not start")), STARTED_WITHIN_MS);
      lines.on("line", (line) => {
        if (line.startsWith("Eider listens on ")) {
          clearTimeout(late);
          resolve();
        }
      });
    });
  }

  /** Everything that an administrator does under Settings, Slack. */
  async connect() {
    const wire = this.mode === "http"
      ? { wire: "http", signing_secret: APP.signingSecret }
      : { wire: "socket", app_token: APP.appToken };
    const usual = { command: "/support", nudges: true, members_may_ask: true, digest_at: null };
    await this.api("PUT", "slack", { ...wire, ...usual });
    await this.api("PUT", "slack/token", { bot_token: APP.botToken });
    await until("the workspace is connected", async () => {
      const slack = await this.api("GET", "slack");
      return slack.workspaces[0]?.found.length > 0 && slack.workspaces[0].trouble === null;
    });
    await this.api("PUT", `slack/channels/${TEAM}/${CHANNEL}`, {});
    if (this.mode === "socket") {
      await until("the line is open", async () => {
        const log = await this.slack("log");
        return JSON.stringify(log).includes("socket connected (hello)");
      });
    }
  }

  /** What `eider` prints when it is run to its end. */
  async eider(words, input = "") {
    const child = this.run(process.env.EIDER_BINARY, words, "pipe", input);
    let printed = "";
    child.stdout.on("data", (part) => { printed += part; });
    const code = await new Promise((resolve) => child.on("close", resolve));
    if (code !== 0) throw new Error(`eider ${words[0]} ended with ${code}`);
    return printed;
  }

  run(program, words, output, input = null) {
    const environment = { ...process.env, EIDER_LOG_LEVEL: "warn",
      EIDER_SLACK_API_URL: `http://127.0.0.1:${this.slackPort}/api` };
    const stdin = input === null ? "ignore" : "pipe";
    const child = spawn(program, words, { env: environment, stdio: [stdin, output, "inherit"] });
    if (input !== null) child.stdin.end(input);
    this.processes.push(child);
    return child;
  }

  /** Asks the API of Eider. */
  async api(method, path, body) {
    const headers = { authorization: `Bearer ${this.token}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(`${this.address}/api/v1/${path}`,
      { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** Asks local-slack what it knows, or acts as somebody there. */
  async slack(path, body) {
    const response = await fetch(`http://127.0.0.1:${this.slackPort}/_control/${path}`,
      body === undefined ? {} : { method: "POST", body: JSON.stringify(body),
        headers: { "content-type": "application/json" } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** Every message of a channel, oldest first. */
  async messages(channel = CHANNEL) {
    return (await this.slack(`messages/${channel}`)).messages;
  }

  /** The channel of direct messages between Eider and somebody. */
  async direct(person) {
    const { channels } = await this.slack("state");
    return channels.find((one) => one.is_im && one.members.includes(person.id))?.id;
  }

  /** The card of a ticket, once `isRight` says that it shows what it should. */
  async card(number, isRight = () => true) {
    return until(`the card of ${number} is right`, async () => {
      const cards = (await this.messages()).filter((one) => !one.thread_ts
        && JSON.stringify(one.blocks ?? []).includes(number));
      return cards.length === 1 && isRight(JSON.stringify(cards[0].blocks)) && cards[0];
    });
  }

  /** Watches the screen of local-slack, on which modals open. */
  async watch() {
    this.modals = [];
    this.screen = new WebSocket(`ws://127.0.0.1:${this.slackPort}/ui`);
    this.screen.on("message", (text) => {
      const told = JSON.parse(text);
      if (told.t === "init") this.modals = told.state.modalStack ?? [];
      if (told.t === "view") this.modals = told.stack ?? [];
      if (told.t === "view_errors") this.errors = told.errors;
    });
    await new Promise((resolve, reject) => {
      this.screen.on("open", resolve);
      this.screen.on("error", reject);
    });
  }

  /** The modal on top, once it holds those words. */
  async modal(words) {
    return until(`a modal says “${words}”`, () => {
      const top = this.modals.at(-1);
      return top && JSON.stringify(top).includes(words) && top;
    });
  }

  /** Fills the fields of a modal by their block, leaves the others as they are, and sends it. */
  submit(person, view, answers) {
    const values = {};
    for (const block of view.blocks) {
      const element = block.element;
      if (!element) continue;
      values[block.block_id] = { [element.action_id]: filled(element, answers[block.block_id]) };
    }
    this.errors = undefined;
    this.screen.send(JSON.stringify({ t: "view_submit", user: person.id, values }));
  }

  /** Somebody writes in the thread of a card. */
  says(person, card, text) {
    this.screen.send(JSON.stringify({ t: "post_message", channel: card.channel, user: person.id,
      text, thread_ts: card.ts }));
  }

  /** Somebody corrects what they wrote. */
  corrects(person, message, text) {
    this.screen.send(JSON.stringify({ t: "edit_message", channel: message.channel, ts: message.ts,
      user: person.id, text }));
  }

  /** Somebody takes back what they wrote. */
  takesBack(person, message) {
    this.screen.send(JSON.stringify({ t: "delete_message", channel: message.channel,
      ts: message.ts, user: person.id }));
  }

  /** Presses a button that opens a form, fills it in, and sends it. */
  async fill(person, message, actionId, words, answers) {
    await this.press(person, message, actionId);
    const form = await this.modal(words);
    this.submit(person, form, answers);
    await until(`the form “${words}” is taken`, () => {
      if (this.errors) throw new Error(JSON.stringify(this.errors));
      return this.modals.length === 0;
    });
  }

  /** What Eider told somebody alone, in direct messages, that holds those words; the newest. */
  async toldAlone(person, words) {
    return until(`${person.name} is told “${words}”`, async () => {
      const channel = await this.direct(person);
      const found = (await this.messages(channel)).filter((one) =>
        JSON.stringify(one).includes(words));
      return found.at(-1);
    });
  }

  /** What only somebody sees in the channel that holds those words. */
  async whispered(person, words) {
    return until(`${person.name} alone sees “${words}”`, async () => (await this.messages())
      .find((one) => (one.ephemeral_to === person.id || one.subtype === "ephemeral")
        && JSON.stringify(one).includes(words)));
  }

  /** Waits until the thread of a card tells something. */
  async told(card, words) {
    return until(`the thread tells “${words}”`, async () => (await this.messages())
      .find((one) => one.thread_ts === card.ts && JSON.stringify(one).includes(words)));
  }

  /** Presses the button of a message that has that action. */
  async press(person, message, actionId) {
    const button = message.blocks.flatMap((block) => (block.elements ?? [])
      .map((element) => ({ ...element, block_id: block.block_id })))
      .find((element) => element.action_id === actionId);
    if (!button) throw new Error(`no button ${actionId} in ${JSON.stringify(message.blocks)}`);
    const { type, block_id, value, text } = button;
    await this.slack("interact", { channel: message.channel, messageTs: message.ts,
      user: person.id, action: { type, action_id: actionId, block_id, value, text } });
  }

  async stop() {
    this.screen?.close();
    this.relay?.close();
    this.relay?.closeAllConnections();
    for (const child of this.processes.reverse()) {
      if (child.exitCode !== null) continue;
      const ended = new Promise((resolve) => child.on("close", resolve));
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(late);
    }
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }
}

/** What an element holds, as Slack tells it; a text is typed, or is the value of what is chosen. */
function filled(element, answer) {
  const { type } = element;
  if (type.endsWith("_input")) {
    return { type, value: answer ?? element.initial_value ?? null };
  }
  const options = element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
  const chosen = options.find((option) => option.value === answer);
  if (answer !== undefined && !chosen) throw new Error(`no option ${answer}`);
  if (type === "checkboxes" || type.startsWith("multi_")) {
    return { type, selected_options: chosen ? [chosen] : element.initial_options ?? [] };
  }
  return { type, selected_option: chosen ?? element.initial_option ?? null };
}

async function freePort() {
  const socket = createSocket();
  await new Promise((resolve) => socket.listen(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise((resolve) => socket.close(resolve));
  return port;
}
