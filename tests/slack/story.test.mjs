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
    const thread = (wanted) => until(`the web reads ${wanted}`, async () => {
      const told = await desk.api("GET", `tickets/${number}/messages`);
      const bodies = (told.items ?? told).map((one) => one.body).filter((body) => body);
      if (JSON.stringify(bodies) !== JSON.stringify(wanted)) throw new Error(`it reads ${bodies}`);
      return true;
    });
    const resolve = async (cause) => {
      await desk.fill(ADA, card, "resolve", "Resolve it",
        { cause, how_known: "The logs", change: "no" });
      await isNow("resolved");
      card = await desk.card(number, (blocks) => blocks.includes("It works"));
    };

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

    test("what is said in the thread is read on the web, as it is corrected and taken back", async () => {
      // local-slack tells in which second something was written, and no more.
      const before = Math.ceil(Date.now() / 1000) * 1000;
      await until("that second is over", () => Date.now() > before);
      desk.says(REMY, card, "It was Fierfox");
      await thread(["Which browser was it?", "It was Fierfox"]);
      desk.corrects(REMY, await desk.told(card, "It was Fierfox"), "It was Firefox");
      await thread(["Which browser was it?", "It was Firefox"]);
      desk.says(REMY, card, "Never mind");
      await thread(["Which browser was it?", "It was Firefox", "Never mind"]);
      desk.takesBack(REMY, await desk.told(card, "Never mind"));
      await thread(["Which browser was it?", "It was Firefox"]);
    });

    test("it waits for its reporter, and goes on when they answer", async () => {
      await desk.fill(ADA, card, "wait", "Ask the reporter", { question: "Which version?" });
      await isNow("waiting_for_reporter");
      await desk.toldAlone(REMY, "Which version?");
      card = await desk.card(number, (blocks) => blocks.includes("resume"));
      desk.says(REMY, card, "The newest one");
      await isNow("in_progress");
      card = await desk.card(number, (blocks) => !blocks.includes("resume"));
    });

    test("it is late, and the card says so", async () => {
      const [p3] = (await priorities()).filter((one) => one.priority === "P3");
      const { priority, retired, ...rest } = p3;
      // Nobody in Slack decides how long a priority may take.
      await desk.api("PUT", `priorities/${priority}`, { ...rest, calendar: null,
        respond_seconds: 1, resolve_seconds: 1 });
      card = await desk.card(number, (blocks) => blocks.includes(":red_circle:")
        && blocks.includes("In progress, late"));
    });

    test("an update is read in the thread, and answers whoever asks for news", async () => {
      await desk.fill(ADA, card, "update", "How does it stand?", {
        known: "The page of payments is blank.", doing: "We take back the last change.",
        next: "30" });
      await desk.told(card, "We take back the last change.");
      card = await desk.card(number, (blocks) => blocks.includes("Next update"));
      desk.says(REMY, card, "Any news?");
      await desk.whispered(REMY, "We take back the last change.");
    });

    test("it is resolved, and its reporter is asked whether it works", async () => {
      await resolve("A wrong address");
      const asked = await desk.toldAlone(REMY, "A wrong address");
      await desk.fill(REMY, asked, "reopen", "It does not work", { why: "It is blank again" });
      await isNow("reopened");
      await desk.told(card, "It is blank again");
      card = await desk.card(number, (blocks) => !blocks.includes("It works"));
    });

    test("it is resolved once more, and its reporter confirms", async () => {
      await resolve("An old page in a cache");
      const asked = await desk.toldAlone(REMY, "An old page in a cache");
      await desk.press(REMY, asked, "confirm");
      await isNow("closed");
      card = await desk.card(number, (blocks) => !blocks.includes("It works"));
    });

    test("each thing was told once", async () => {
      const told = (await desk.messages()).filter((one) => one.thread_ts === card.ts)
        .map((one) => JSON.stringify(one));
      for (const words of ["Which browser was it?", "We take back the last change.",
        "A wrong address", "It is blank again", "An old page in a cache"]) {
        const times = told.filter((one) => one.includes(words) && !one.includes("ephemeral"));
        assert.equal(times.length, 1, `${words}: ${times}`);
      }
      const { status, resolution } = await ticket();
      assert.equal(status, "closed");
      assert.equal(resolution.cause, "An old page in a cache");
    });
  });
}
