// The story of a ticket, told by a program that knows nothing of how Eider is made.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ADA, CHANNEL, REMY, startDesk, until } from "./desk.mjs";

for (const mode of ["socket", "http"]) {
  describe(`by ${mode}`, () => {
    let desk;
    let number;
    let card;

    before(async () => { desk = await startDesk(mode); });
    after(async () => { await desk?.stop(); });

    const ticket = () => desk.api("GET", `tickets/${number}`);
    const isNow = (status) => until(`${number} is ${status}`,
      async () => (await ticket()).status === status);
    const priorities = async () => {
      const told = await desk.api("GET", "priorities");
      return told.items ?? told;
    };
    const act = (action, body = {}) => desk.api("POST", `tickets/${number}/${action}`, body);

    test("a question is asked by the form and gets one card", async () => {
      await desk.slack("command", { channel: CHANNEL, user: REMY.id, command: "/support",
        text: "Paying fails with a blank page" });
      const form = await desk.modal("Paying fails with a blank page");
      desk.submit(REMY, form, { what: "The page stays blank after Pay.", priority: "P3" });
      const done = await desk.modal("is filed");
      [number] = JSON.stringify(done).match(/T-\d+/);
      card = await desk.card(number);
      assert.match(JSON.stringify(card.blocks), /Paying fails with a blank page/);
      assert.equal(card.channel, CHANNEL);
      assert.equal((await ticket()).reporter.name, REMY.name);
    });

    test("whoever takes it in Slack has it everywhere", async () => {
      await desk.press(ADA, card, "take");
      await until("Ada has it", async () => (await ticket()).owner?.name === ADA.name);
      card = await desk.card(number, (blocks) => blocks.includes(ADA.id));
    });

    test("somebody who may not is refused privately", async () => {
      card = await desk.card(number);
      await desk.press(REMY, { ...card, blocks: [{ block_id: "b", elements: [
        { type: "button", action_id: "take", value: number }] }] }, "take");
      await until("Remy is told why not", async () => (await desk.messages())
        .find((one) => one.ephemeral_to === REMY.id || one.subtype === "ephemeral"));
      assert.equal((await ticket()).owner.name, ADA.name);
    });

    test("what is said on the web is read in the thread", async () => {
      await desk.api("POST", `tickets/${number}/messages`, { body: "Which browser was it?" });
      await desk.told(card, "Which browser was it?");
    });

    test("it waits, and goes on by a button", async () => {
      await act("wait");
      await isNow("waiting_for_reporter");
      card = await desk.card(number, (blocks) => blocks.includes("resume"));
      await desk.press(ADA, card, "resume");
      await isNow("in_progress");
    });

    test("it is late, and the card says so", async () => {
      const [p3] = (await priorities()).filter((one) => one.priority === "P3");
      const { priority, retired, ...rest } = p3;
      await desk.api("PUT", `priorities/${priority}`, { ...rest, calendar: null,
        respond_seconds: 1, resolve_seconds: 1 });
      card = await desk.card(number, (blocks) => blocks.includes(":red_circle:")
        && blocks.includes("In progress, late"));
    });

    test("it is resolved, and the card says so", async () => {
      await act("resolve", { cause: "A wrong address", how_known: "The logs", change_needed: false });
      await isNow("resolved");
      card = await desk.card(number, (blocks) => blocks.includes("It works"));
    });

    test("it is opened again by its reporter, and resolved once more", async () => {
      await act("reopen", { why: "It is blank again" });
      await isNow("reopened");
      await desk.card(number, (blocks) => !blocks.includes("It works"));
      await act("resolve", { cause: "A cache", how_known: "The logs", change_needed: false });
      card = await desk.card(number, (blocks) => blocks.includes("It works"));
    });

    test("its reporter confirms by a button", async () => {
      await desk.press(REMY, card, "confirm");
      await isNow("closed");
      card = await desk.card(number, (blocks) => !blocks.includes("It works"));
    });
  });
}
