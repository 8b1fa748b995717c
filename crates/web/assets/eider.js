// Eider's one script. Every page works without it; with it pages stay live, drafts survive a
// lost connection, and the keyboard is enough. No framework, nothing fetched from elsewhere.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const FRAGMENT_HEADERS = { "Eider-Fragment": "1" };
  const FRESH_MILLISECONDS = 4000;
  const TICK_MILLISECONDS = 20000;
  const DRAFT_PREFIX = "eider-draft:";
  const DRAFT_DAYS = 14;
  const ownAddress = document.currentScript.src;

  // ---- Notices ----

  function notify(words, kind) {
    const place = document.querySelector("[data-notices]");
    if (!place) return;
    const notice = document.createElement("div");
    notice.className = `notice notice-${kind}`;
    const title = document.createElement("p");
    title.className = "notice-title";
    title.textContent = words;
    notice.append(title);
    place.replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  }

  // ---- Times and clocks: the same words as components/words.rs and clock.rs ----

  const firstSeen = new WeakMap();

  // The server's now, carried on by this device's clock, so that a wrong clock does no harm.
  function serverNow(element, sentAt) {
    if (!firstSeen.has(element)) firstSeen.set(element, Date.now());
    return sentAt + Date.now() - firstSeen.get(element);
  }

  function durationWords(milliseconds) {
    const minutes = Math.floor(Math.abs(milliseconds) / 60000);
    const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
    if (days) return days < 10 && hours ? `${days} d ${hours} h` : `${days} d`;
    if (hours) return rest ? `${hours} h ${rest} min` : `${hours} h`;
    return rest ? `${rest} min` : "under a minute";
  }

  function relativeWords(at, now) {
    if (Math.abs(at - now) < 60000 && at <= now) return "just now";
    return at < now ? `${durationWords(now - at)} ago` : `in ${durationWords(at - now)}`;
  }

  function say(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }

  function tickClock(time) {
    const { due, at, used, dueWords } = time.dataset;
    const now = serverNow(time, Number(at));
    const left = Number(due) - now;
    const whole = Math.max(1, Number(due) - Number(at));
    const percent = left < 0 ? 100 : Math.min(100, 100 - ((100 - Number(used)) * left) / whole);
    say(time, left < 0 ? `late by ${durationWords(left)}` : `${dueWords}, in ${durationWords(left)}`);
    const clock = time.closest(".clock");
    const nearness = left < 0 ? "late" : percent >= 80 ? "near" : percent >= 50 ? "half" : "calm";
    if (clock) {
      clock.classList.remove("is-calm", "is-half", "is-near", "is-late");
      clock.classList.add(`is-${nearness}`);
      clock.querySelector(".bar-fill")?.setAttribute("width", String(Math.max(0, Math.floor(percent))));
    }
    const edge = { late: "edge-urgent", near: "edge-soon" }[nearness];
    const row = time.closest(".ticket-row");
    if (row && edge && !row.classList.contains("edge-urgent")) {
      row.classList.remove("edge-none", "edge-nobody", "edge-soon");
      row.classList.add(edge);
    }
  }

  function tick() {
    for (const time of all("time[data-relative]")) {
      say(time, relativeWords(Date.parse(time.dateTime), serverNow(time, Number(time.dataset.relative))));
    }
    all("time[data-due]").forEach(tickClock);
  }

  // ---- Live: refetch this page when something on it changed, and swap the parts that differ ----

  const lastSent = new Map();
  let composing = false;
  let refreshWaiting = null;

  // What the server said, without what ticks by itself.
  function signature(element) {
    const copy = element.cloneNode(true);
    for (const time of all("time[data-relative], time[data-due]", copy)) {
      time.textContent = "";
      for (const name of ["at", "used", "relative", "dueWords"]) delete time.dataset[name];
      time.removeAttribute("title");
    }
    for (const fill of all(".bar-fill", copy)) fill.removeAttribute("width");
    for (const clock of all(".clock", copy)) clock.classList.remove("is-calm", "is-half", "is-near");
    return copy.outerHTML;
  }

  function rememberFragments() {
    for (const part of all("[data-fragment]")) lastSent.set(part.dataset.fragment, signature(part));
  }

  function askForRefresh(milliseconds = 150) {
    clearTimeout(refreshWaiting);
    refreshWaiting = setTimeout(refresh, milliseconds);
  }

  async function refresh() {
    if (composing) return askForRefresh(1000);
    let answer;
    try {
      answer = await fetch(location.href, { headers: FRAGMENT_HEADERS, cache: "no-store" });
    } catch {
      return; // The stream notices a lost connection and says so.
    }
    if (!answer.ok || answer.redirected) return;
    const incoming = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (incoming.body.dataset.live) document.body.dataset.live = incoming.body.dataset.live;
    for (const next of all("[data-fragment]", incoming)) {
      const name = next.dataset.fragment;
      const current = document.querySelector(`[data-fragment="${CSS.escape(name)}"]`);
      const sent = signature(next);
      if (!current || lastSent.get(name) === sent) continue;
      if (current.querySelector("dialog[open]") || current.closest("dialog[open]")) {
        askForRefresh(3000);
        continue;
      }
      lastSent.set(name, sent);
      replace(current, document.importNode(next, true));
    }
    tick();
  }

  function replace(current, next) {
    const before = new Map(all("[id]", current).map((part) => [part.id, signature(part)]));
    const focused = current.contains(document.activeElement) ? document.activeElement : null;
    const selection = focused && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
    const focusedAs = focused && likeness(focused);
    keepWhatPeopleDid(current, next);
    current.replaceWith(next);
    enhance(next);
    if (focusedAs) {
      const again = all(focused.localName, next).find((part) => likeness(part) === focusedAs);
      again?.focus({ preventScroll: true });
      if (again && selection && selection[0] !== null) again.setSelectionRange(...selection);
    }
    const parts = all(":is(tr, article, li)[id]", next).filter((part) => before.get(part.id) !== signature(part));
    for (const part of parts.length ? parts : [next]) {
      part.dataset.fresh = "";
      setTimeout(() => delete part.dataset.fresh, FRESH_MILLISECONDS);
    }
  }

  // How an element is known again in the next version of the page.
  function likeness(element) {
    return element.id || element.getAttribute("name") || element.getAttribute("href") || element.textContent;
  }

  function keepWhatPeopleDid(current, next) {
    for (const old of all("input, textarea, select", current)) {
      const twin = all(old.localName, next).find(
        (part) => likeness(part) === likeness(old) && (!/^(radio|checkbox)$/.test(old.type) || part.value === old.value),
      );
      if (!twin || old.type === "file" || old.type === "hidden") continue;
      if (old.type === "radio" || old.type === "checkbox") {
        if (old.checked !== old.defaultChecked) twin.checked = old.checked;
      } else if (old.localName === "select") {
        if (!old.selectedOptions[0]?.defaultSelected) twin.value = old.value;
      } else if (old.value !== old.defaultValue) {
        twin.value = old.value;
      }
    }
    const opened = new Set(all("details[open] > summary", current).map((part) => part.textContent));
    for (const summary of all("details > summary", next)) {
      if (opened.has(summary.textContent)) summary.parentElement.open = true;
    }
    const marked = current.querySelector(".is-marked");
    if (marked?.id) next.querySelector(`#${CSS.escape(marked.id)}`)?.classList.add("is-marked");
  }

  function goLive() {
    let source = null;
    let retrySeconds = 1;
    let retrying = null;
    let lost = false;

    const reconnecting = document.createElement("div");
    reconnecting.className = "notice-quiet";
    reconnecting.setAttribute("role", "status");
    document.body.append(reconnecting);
    const showLost = (words) => {
      reconnecting.textContent = words;
      reconnecting.hidden = !words;
    };
    showLost("");

    function open() {
      close();
      // The address says what this page has seen, so that nothing after it is missed.
      source = new EventSource(document.body.dataset.live);
      source.addEventListener("open", () => {
        retrySeconds = 1;
        if (lost) askForRefresh(0);
        lost = false;
        showLost("");
      });
      source.addEventListener("changed", () => askForRefresh());
      source.addEventListener("error", () => {
        close();
        if (lost) showLost("Reconnecting. What you see may be a little old.");
        lost = true;
        retrying = setTimeout(open, retrySeconds * (700 + Math.random() * 600));
        retrySeconds = Math.min(30, retrySeconds * 2);
      });
    }
    function close() {
      clearTimeout(retrying);
      source?.close();
      source = null;
    }
    // A page that nobody looks at holds no connection.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        close();
      } else {
        lost = true;
        open();
      }
    });
    addEventListener("pagehide", close);
    addEventListener("pageshow", (event) => event.persisted && open());
    if (!document.hidden) open();
  }

  // ---- Drafts ----

  const draftFields = (form) =>
    [...form.elements].filter((field) => field.name && !/^(password|file|hidden|submit|button|fieldset)$/.test(field.type));

  function storage(deed) {
    try {
      return deed(localStorage);
    } catch {
      return null; // Storage may be forbidden or full; then there are no drafts.
    }
  }

  function keepDraft(form) {
    const values = draftFields(form).map((field) => [field.name, field.value, Boolean(field.checked)]);
    const kept = storage((store) => {
      store.setItem(DRAFT_PREFIX + form.dataset.draft, JSON.stringify({ at: Date.now(), values }));
      return true;
    });
    if (kept) draftNote(form, "Your draft is kept on this device.");
  }

  function draftNote(form, words, button) {
    const note = form.querySelector("[data-draft-note]");
    if (!note || (note.textContent === words && !button)) return;
    note.replaceChildren(words, ...(button ? [" ", button] : []));
  }

  function restoreDraft(form) {
    const key = DRAFT_PREFIX + form.dataset.draft;
    const draft = storage((store) => JSON.parse(store.getItem(key)));
    // A form that came back with errors already holds what was written.
    if (!draft || form.querySelector("[aria-invalid]")) return;
    if (Date.now() - draft.at > DRAFT_DAYS * 86400000) return storage((store) => store.removeItem(key));
    for (const [name, value, checked] of draft.values) {
      for (const field of draftFields(form).filter((field) => field.name === name)) {
        const ticks = field.type === "radio" || field.type === "checkbox";
        if (ticks && field.value === value) field.checked = checked;
        else if (!ticks) field.value = value;
      }
    }
    // Nothing that was written may hide behind a folded part.
    for (const folded of all("details:not([open])", form)) {
      folded.open = draftFields(form).some((field) => folded.contains(field) && (field.checked || (!/^(radio|checkbox)$/.test(field.type) && field.value)));
    }
    const afresh = document.createElement("button");
    afresh.type = "button";
    afresh.className = "button quiet-button";
    afresh.textContent = "Start afresh";
    afresh.addEventListener("click", () => {
      storage((store) => store.removeItem(key));
      form.reset();
      draftNote(form, "The draft is gone.");
      form.dispatchEvent(new Event("change", { bubbles: true }));
    });
    draftNote(form, `Your draft, kept ${relativeWords(draft.at, Date.now())}, is back.`, afresh);
  }

  function forgetAllDrafts() {
    storage((store) => Object.keys(store).filter((key) => key.startsWith(DRAFT_PREFIX)).forEach((key) => store.removeItem(key)));
  }

  async function canReachServer() {
    if (!navigator.onLine) return false;
    try {
      await fetch(ownAddress, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5000) });
      return true;
    } catch {
      return false;
    }
  }

  // A form with a draft is sent only when the server answers; else the draft waits.
  async function onSubmit(event) {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    if (form.getAttribute("action") === "/sign-out") forgetAllDrafts();
    if (!form.dataset.draft || form.dataset.reached) {
      form.dataset.sent = "yes";
      delete form.dataset.reached;
      return;
    }
    event.preventDefault();
    keepDraft(form);
    const submitter = event.submitter;
    if (await canReachServer()) {
      form.dataset.reached = "yes";
      form.requestSubmit(submitter);
    } else {
      notify("There is no connection just now. What you wrote is kept on this device. Try again.", "error");
    }
  }

  // ---- Suggestions while typing ----

  function suggest(region) {
    const fields = all(region.dataset.suggestFrom);
    const feature = document.querySelector(region.dataset.suggestFeature);
    let waiting = null;
    let running = null;
    let asked = "";
    const ask = async () => {
      const words = fields.map((field) => field.value.trim()).filter(Boolean).join(" ").slice(0, 500);
      const about = feature?.value ?? "";
      if (words.length < 4 || asked === about + words) return;
      asked = about + words;
      running?.abort();
      running = new AbortController();
      const address = new URL(region.dataset.suggestUrl, location.href);
      address.searchParams.set("q", words);
      if (about) address.searchParams.set("feature", about);
      try {
        const answer = await fetch(address, { headers: FRAGMENT_HEADERS, signal: running.signal });
        if (answer.ok) region.innerHTML = await answer.text();
      } catch {
        // Suggestions are a kindness; without a connection there are none.
      }
    };
    for (const field of [...fields, feature].filter(Boolean)) {
      field.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(ask, 300);
      });
    }
  }

  // ---- Questions that adapt to the chosen feature ----

  function adapt(questions) {
    const menu = document.querySelector(questions.dataset.needsPlatforms);
    if (!menu) return;
    const show = () => {
      const platforms = (menu.selectedOptions[0]?.dataset.platforms ?? "").split(" ").filter(Boolean);
      questions.hidden = questions.disabled = platforms.length === 0;
      for (const tick of all("[data-platform]", questions)) {
        const offered = platforms.includes(tick.dataset.platform);
        tick.hidden = !offered;
        tick.querySelector("input").disabled = !offered;
      }
    };
    menu.addEventListener("change", show);
    menu.form?.addEventListener("change", show);
    show();
  }

  // ---- Keyboard ----

  const PLACES = { n: "/", t: "/tickets", o: "/on-call", f: "/figures" };
  let wentG = 0;

  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) {
      dialog.showModal();
      dialog.querySelector(".form :is(input:not([type=hidden]), select, textarea)")?.focus();
    }
    return Boolean(dialog);
  }

  function moveMark(step) {
    const rows = all("[data-row]");
    if (!rows.length) return;
    const was = rows.findIndex((row) => row.classList.contains("is-marked"));
    const row = rows[Math.min(rows.length - 1, Math.max(0, was + step))];
    rows.forEach((one) => one.classList.toggle("is-marked", one === row));
    row.querySelector("[data-open]")?.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  function onKey(event) {
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      if (field) field.blur();
      all("details.more[open]").forEach((more) => (more.open = false));
      return;
    }
    if (field || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const afterG = Date.now() - wentG < 1500;
    wentG = 0;
    if (afterG && PLACES[event.key]) return location.assign(PLACES[event.key]);
    if (event.key === "g") return (wentG = Date.now());
    const pressed = all("[data-key]").find((part) => part.dataset.key === event.key && part.offsetParent !== null);
    const search = document.querySelector("[data-search]");
    if (event.key === "?") openDialog("keys");
    else if (event.key === "/") search ? (search.focus(), search.select()) : location.assign("/tickets");
    else if (event.key === "j" || event.key === "k") moveMark(event.key === "j" ? 1 : -1);
    else if (pressed) pressed.click();
    else if (event.key === "a" || event.key === "c") location.assign("/ask");
    else return;
    event.preventDefault();
  }

  function onClick(event) {
    const opener = event.target.closest("[data-dialog]");
    const copier = event.target.closest("[data-copy]");
    const jump = event.target.closest('a[href^="#"]');
    if (opener && openDialog(opener.dataset.dialog)) {
      event.preventDefault();
    } else if (copier) {
      const words = copier.textContent;
      navigator.clipboard?.writeText(copier.dataset.copy).then(() => {
        copier.textContent = copier.dataset.copied;
        setTimeout(() => (copier.textContent = words), 2000);
      });
    } else if (jump) {
      const target = document.getElementById(jump.hash.slice(1));
      if (target?.matches("input, textarea, select")) {
        event.preventDefault();
        target.focus();
      }
    }
    for (const more of all("details.more[open]")) if (!more.contains(event.target)) more.open = false;
  }

  // ---- Begin ----

  // What can do nothing without this script shows itself now.
  function enhance(root) {
    for (const button of all("button[data-dialog][hidden], button[data-copy][hidden]", root)) button.hidden = false;
    all("form[data-draft]", root).forEach(restoreDraft);
    all("[data-suggest-url]", root).forEach(suggest);
    all("[data-needs-platforms]", root).forEach(adapt);
  }

  const draftDone = document.body.dataset.draftDone;
  if (draftDone) storage((store) => store.removeItem(DRAFT_PREFIX + draftDone));
  rememberFragments();
  enhance(document);
  tick();
  setInterval(tick, TICK_MILLISECONDS);
  document.querySelector("[data-focus]")?.focus();
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  document.addEventListener("compositionstart", () => (composing = true));
  document.addEventListener("compositionend", () => (composing = false));
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form) keepDraft(form);
  });
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));
  if (document.body.dataset.live) goLive();
})();
