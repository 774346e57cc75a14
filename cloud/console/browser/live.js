// Keeps the page up to date: the server says that something changed, the page fetches itself and
// takes over the parts marked data-live. Nothing that somebody is filling in is ever replaced.
const root = document.documentElement;
root.dataset.script = "yes";
const GATHER_MS = 60;
/** No answer is waited for longer. */
const ANSWER_MS = 30_000;
/** Three heartbeats. */
const SILENT_MS = 45_000;
const LOOK_AFTER_MS = 10_000;
let source;
let heardMs = 0;
let refreshing = false;
let again = false;
let timer = 0;
let endedMs = -Infinity;
let tookMs = 0;

function replaceParts(fresh) {
  for (const part of document.querySelectorAll("[data-live][id]")) {
    const next = fresh.getElementById(part.id);
    if (!next || next.isEqualNode(part)) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const href = focused?.getAttribute("href");
    const ticked = [...part.querySelectorAll("input[type=checkbox]:checked")].map((one) =>
      one.name
    );
    part.replaceWith(document.adoptNode(next));
    for (const name of ticked) {
      const box = next.querySelector(`input[name="${CSS.escape(name)}"]`);
      if (box) box.checked = true;
    }
    if (href) {
      const same = `#${CSS.escape(next.id)} a[href="${CSS.escape(href)}"]`;
      document.querySelector(same)?.focus({ preventScroll: true });
    }
  }
}

/** What somebody has unfolded stays so, wherever there is as much to unfold. */
function unfold(fresh, old) {
  const [next, before] = [fresh, old].map((part) => [...part.querySelectorAll("details")]);
  if (next.length !== before.length) return;
  next.forEach((one, at) => (one.open = before[at].open));
}

/** The forms of a case are taken over only while nobody has touched them. */
function replacePanel(fresh) {
  const page = document.querySelector(".case-page");
  const freshPage = fresh.querySelector(".case-page");
  if (!page || !freshPage || page.dataset.seen === freshPage.dataset.seen) return;
  const panel = document.getElementById("panel");
  if (panel.dataset.touched) {
    // The guard telling more of the same takes nobody's form away.
    const asksElse = page.dataset.question !== freshPage.dataset.question;
    let notice = document.getElementById("changed");
    if (!notice && asksElse) {
      notice = document.createElement("p");
      notice.id = "changed";
      notice.className = "refusal calm";
      notice.setAttribute("role", "status");
      notice.textContent = "Something about this case has changed. Look again before you send.";
      panel.prepend(notice);
    }
  } else {
    const { id, name, value } = panel.contains(document.activeElement)
      ? document.activeElement
      : {};
    panel.replaceChildren(...fresh.getElementById("panel").childNodes);
    page.dataset.question = freshPage.dataset.question;
    const same = [...panel.querySelectorAll("input, textarea, button")].find((one) =>
      id ? one.id === id : name && one.name === name && one.value === value
    );
    same?.focus();
  }
  const lead = document.querySelector('[id^="lead-"]');
  const freshLead = fresh.querySelector('[id^="lead-"]');
  if (lead && freshLead && lead.id !== freshLead.id) {
    unfold(freshLead, lead);
    lead.replaceWith(document.adoptNode(freshLead));
    document.dispatchEvent(new Event("evidence"));
  }
  page.dataset.seen = freshPage.dataset.seen;
}

/** A case that answered a form stands under the form's address; a decision to confirm stays still. */
function ownAddress() {
  if (document.querySelector(".confirm")) return null;
  const about = document.querySelector(".case-page")?.dataset.case;
  return about ? `/cases/${about}` : location.href;
}

async function refresh() {
  const address = ownAddress();
  if (address === null) return;
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  const startedMs = performance.now();
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(address, { headers: { "X-Refresh": "1" }, signal });
    if (response.redirected) return location.reload();
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    document.dispatchEvent(new Event("refreshing"));
    replaceParts(fresh);
    replacePanel(fresh);
    root.dataset.position = fresh.documentElement.dataset.position;
    document.dispatchEvent(new Event("refreshed"));
  } catch {
    // The server is away for a moment; the event source tells when it is back.
  } finally {
    refreshing = false;
    endedMs = performance.now();
    tookMs = endedMs - startedMs;
    if (again) {
      again = false;
      soon();
    }
  }
}

/** Changes without end put no refresh off, but a page is at rest for two thirds of the time. */
function soon() {
  if (timer !== 0) return;
  const restMs = endedMs + 2 * tookMs - performance.now();
  timer = setTimeout(() => {
    timer = 0;
    refresh();
  }, Math.max(GATHER_MS, restMs));
}

const panel = document.getElementById("panel");
panel?.addEventListener("input", () => (panel.dataset.touched = "yes"));

/** What the page shows may be older than what it hears of: it was made before it listened. */
function hear({ data }) {
  heardMs = performance.now();
  root.dataset.live = "yes";
  if (JSON.parse(data).position > Number(root.dataset.position)) soon();
}

function listen() {
  heardMs = performance.now();
  source = new EventSource("/live");
  for (const name of ["hello", "still-here"]) source.addEventListener(name, hear);
  source.addEventListener("change", () => {
    heardMs = performance.now();
    soon();
  });
  source.addEventListener("error", () => {
    root.dataset.live = "no";
  });
}

/** Nothing else opens a connection again that was refused, or that a network took along silently. */
function keepListening() {
  const refused = source.readyState === EventSource.CLOSED;
  if (!refused && performance.now() - heardMs < SILENT_MS) return;
  source.close();
  listen();
  soon();
}

listen();
setInterval(keepListening, LOOK_AFTER_MS);
addEventListener("pagehide", () => source.close());
addEventListener("pageshow", keepListening);
document.addEventListener("visibilitychange", keepListening);
