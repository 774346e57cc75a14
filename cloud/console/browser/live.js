// Keeps the page up to date: the server says that something changed, the page fetches itself and
// takes over the parts marked data-live. Nothing that somebody is filling in is ever replaced.
document.documentElement.dataset.script = "yes";
const GATHER_MS = 60;
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
      document.querySelector(`#${CSS.escape(next.id)} a[href="${CSS.escape(href)}"]`)?.focus();
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
    const response = await fetch(address, { headers: { "X-Refresh": "1" } });
    if (response.redirected) return location.reload();
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    replaceParts(fresh);
    replacePanel(fresh);
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

let opened = false;
const source = new EventSource("/live");
source.addEventListener("hello", () => {
  if (opened) soon();
  opened = true;
  document.documentElement.dataset.live = "yes";
});
source.addEventListener("change", soon);
source.addEventListener("error", () => {
  document.documentElement.dataset.live = "no";
});
addEventListener("pagehide", () => source.close());
