// A case from the keyboard: its neighbours in the list that one came from, and its forms.
import { onKeys, say, send } from "./keys.js";

const REVIEWED_AFTER_MS = 1500;
const page = document.querySelector(".case-page");
const id = page.dataset.case;
const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null");
const list = read("list");
const place = list?.ids.indexOf(id) ?? -1;

function go(step) {
  const next = place < 0 ? null : list.ids[place + step];
  if (next) location.href = `/cases/${next}`;
  else say(step > 0 ? "That was the last one of the list" : "That was the first one of the list");
}

/** Where this case stands in its list, with a way to the ones beside it. */
function showPlace() {
  const walk = document.getElementById("walk");
  if (place < 0 || !walk || walk.childElementCount > 0) return;
  const link = (step, text, name) => {
    const to = list.ids[place + step];
    const made = document.createElement(to ? "a" : "span");
    if (to) made.href = `/cases/${to}`;
    made.textContent = text;
    made.setAttribute("aria-label", name);
    return made;
  };
  const text = document.createElement("span");
  text.textContent = `${place + 1} of ${list.ids.length}`;
  walk.append(link(-1, "‹", "Previous case"), text, link(1, "›", "Next case"));
  for (const back of document.querySelectorAll(".to-list")) back.href = list.url;
}

/** The first field of a form, in sight. */
function enter(form, selector) {
  const field = document.querySelector(`${form} ${selector}`);
  if (!field) return false;
  field.closest("details")?.setAttribute("open", "");
  field.scrollIntoView({ block: "nearest" });
  field.focus();
}

async function acknowledge() {
  const form = document.getElementById("acknowledge");
  if (!form) return say("Somebody is looking at it already");
  const done = await send(form.action, new FormData(form));
  say(done ? "Acknowledged" : "That wasn't taken; the case has changed");
}

async function review(as) {
  await send(`/cases/${as}`, [[`case-${id}`, page.dataset.seen]]);
  page.dataset.unreviewed = as === "unreviewed" ? "yes" : "no";
}

const determinations = () => [...document.querySelectorAll('#decide [name="determination"]')];

function choose(number) {
  if (!document.activeElement?.closest?.("#decide")) return false;
  const option = determinations()[number - 1];
  option.click();
  option.focus();
}

onKeys({
  j: () => go(1),
  k: () => go(-1),
  a: acknowledge,
  d: () => enter("#decide", '[name="determination"]'),
  c: () => enter("#close", "input:not([type=hidden])") ?? true,
  m: () => enter(".comment", "textarea"),
  n: () => document.querySelector("[data-next]")?.click(),
  u() {
    const back = page.dataset.unreviewed !== "yes";
    review(back ? "unreviewed" : "reviewed");
    say(back ? "Back among the unreviewed" : "Reviewed");
  },
  s: () => document.querySelector(".like")?.click() ?? say("Nothing like this was decided before"),
  l: () => (location.href = list?.url ?? "/"),
  1: () => choose(1),
  2: () => choose(2),
  3: () => choose(3),
  4: () => choose(4),
});

addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.target.closest?.("form")?.requestSubmit();
  }
});

// Who is there already needs no way there.
new IntersectionObserver(([seen]) => {
  document.querySelector(".to-panel").classList.toggle("there", seen.isIntersecting);
}).observe(document.getElementById("panel"));

// Without a script the link jumps to the form; with one the form takes the focus by itself.
document.addEventListener("click", (event) => {
  const like = event.target.closest(".like");
  if (!like || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  location.href = like.pathname + like.search;
});

// Whoever has had it before their eyes for a moment has seen it.
if (page.dataset.unreviewed === "yes") {
  setTimeout(() => {
    if (document.visibilityState === "visible") review("reviewed");
  }, REVIEWED_AFTER_MS);
}

document.addEventListener("refreshed", showPlace);
showPlace();
if (location.search.startsWith("?like=")) enter("#decide", "button.primary");
// Named so that no element has that id: the browser would take the focus away again.
if (location.hash === "#to-decide") enter("#decide", '[name="determination"]');
if (location.hash === "#to-close") enter("#close", "input:not([type=hidden])");
