// Filling in the form that opens a ticket, the way a person does.

/** Opens the form and fills in what it needs, but does not send it. */
export async function fillIn(page, title) {
  await page.getByLabel("What is wrong, in a few words?").fill(title);
  await page.getByLabel("What happened, and what did you expect?").fill(
    "I paid and the page stayed blank. I expected a receipt.",
  );
  await page.getByRole("radio", { name: /Business affected/ }).check();
}

/** Presses the button that asks. Without JavaScript another one looks for similar tickets. */
export async function pressAsk(page) {
  const form = page.locator("main form:has([name=title])");
  await form.getByRole("button", { name: "Ask for help" }).click();
}

/** Sends the form and waits for the new ticket's page. */
export async function send(page) {
  await pressAsk(page);
  await page.waitForURL(/\/tickets\/[^/]+$/);
}
