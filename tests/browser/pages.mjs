// Every page that people see, by the name that the stories give it.

/** The path of each page. The ticket's is the first one that the list shows. */
export const PAGES = {
  now: "/",
  tickets: "/tickets",
  ticket: firstTicket,
  ask: "/ask",
  figures: "/figures",
  features: "/features",
  people: "/people",
  profile: "/settings/profile",
  settings: "/settings",
  gallery: "/gallery",
};

/** Opens the page called `name` as `demo.open` does. */
export async function openPage(demo, name, options) {
  const path = PAGES[name];
  return demo.open(typeof path === "string" ? path : await path(demo), options);
}

async function firstTicket(demo) {
  const list = await demo.open("/tickets");
  const path = await list.locator('main a[href^="/tickets/"]').first().getAttribute("href");
  await list.context().close();
  return path;
}
