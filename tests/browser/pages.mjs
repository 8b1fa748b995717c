// Every page that people see, by the name that the stories give it.

/** The path of each page. That of one ticket, person or squad is the first that its list shows. */
export const PAGES = {
  now: "/",
  tickets: "/tickets",
  ticket: (demo) => firstLink(demo, "/tickets", "/tickets/"),
  found: "/tickets?status=any&q=voucher",
  resolving: async (demo) => `${await firstLink(demo, "/tickets", "/tickets/")}/resolve`,
  ask: "/ask",
  "wash-up": async (demo) =>
    `${await firstLink(demo, "/tickets?status=resolved", "/tickets/")}/wash-up`,
  "on-call": "/on-call",
  rota: (demo) => firstLink(demo, "/on-call", "/on-call/rotas/0"),
  "two-weeks": async (demo) => `${await firstLink(demo, "/on-call", "/on-call/rotas/0")}?view=days`,
  override: async (demo) => `${await firstLink(demo, "/on-call", "/on-call/rotas/0")}/override`,
  "rota-form": async (demo) => `${await firstLink(demo, "/on-call", "/on-call/rotas/0")}/edit`,
  "my-duty": "/my-duty",
  "contact-methods": "/my-duty/contact",
  "contact-order": "/my-duty/contact/plan",
  pages: "/pages",
  drill: "/pages/drill",
  alerts: "/alerts",
  services: "/services",
  "new-service": "/services/new",
  escalation: "/settings/escalation",
  "new-policy": "/settings/escalation/policies/new",
  waking: (demo) => firstLink(demo, "/settings/escalation", "/settings/escalation/squads/"),
  "wash-ups": "/wash-ups",
  figures: "/figures",
  "service-level": "/figures/service-level",
  changes: "/figures/changes",
  cost: "/figures/cost",
  effort: "/figures/effort",
  dearest: "/figures/dearest",
  ownership: "/figures/ownership",
  features: "/features",
  people: "/people",
  person: (demo) => firstLink(demo, "/people", "/people/0"),
  squad: (demo) => firstLink(demo, "/people", "/squads/0"),
  invite: "/people/invite",
  profile: "/settings/profile",
  tokens: "/settings/profile/tokens",
  settings: "/settings",
  company: "/settings/company",
  slack: "/settings/slack",
  gallery: "/gallery",
  "in-slack": "/gallery/slack",
};

/** Those that look otherwise to somebody who only asks. */
export const REPORTERS_PAGES = ["now", "tickets", "ticket", "ask", "settings"];

/** What is not there, or not for a reporter: the path and the answer of each. */
export const REFUSALS = {
  forbidden: ["/settings/company", 403],
  "nothing here": ["/tickets/T-9999999", 404],
  "a link from Slack that has ended": ["/slack/connect/ended", 404],
  "a link of a page that has ended": ["/p/ended", 410],
};

/** Opens the page called `name` as `demo.open` does. */
export async function openPage(demo, name, options) {
  const path = PAGES[name];
  return demo.open(typeof path === "string" ? path : await path(demo), options);
}

async function firstLink(demo, list, beginning) {
  const page = await demo.open(list);
  const path = await page.locator(`main a[href^="${beginning}"]`).first().getAttribute("href");
  await page.context().close();
  return path;
}
