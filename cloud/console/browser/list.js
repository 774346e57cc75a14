// Triage from the keyboard, and what forms would otherwise need a button for.
import { onKeys, say, send } from "./keys.js";

const rows = () => [...document.querySelectorAll(".case-row")];
const linkOf = (row) => row?.querySelector("a.case");
const here = () => document.activeElement?.closest?.(".case-row") ?? null;
const ticked = () => rows().filter((row) => row.querySelector(".tick input")?.checked);
let lastIndex = -1;
/** The row that was just acknowledged, and where it stood before it moved down. */
let left = null;
/** The row that stays where it is on the screen while others come and go above it. */
let anchor = null;

function remember() {
  const ids = rows().map((row) => row.dataset.case);
  sessionStorage.setItem("list", JSON.stringify({ ids, url: location.pathname + location.search }));
}

/** A row that went away, or down, gives its place to the one that follows it. */
function placeOf(row, all, step) {
  const at = all.indexOf(row);
  if (row && (left?.id !== row.dataset.case || left.at === at)) return at;
  const stood = row ? left.at : lastIndex;
  return step > 0 ? stood - 1 : row ? stood : stood + 1;
}

function walk(step) {
  const all = rows();
  if (all.length === 0) return;
  const row = here();
  const from = placeOf(row, all, step);
  left = null;
  const to = Math.min(all.length - 1, Math.max(0, row || lastIndex >= 0 ? from + step : 0));
  const link = linkOf(all[to]);
  link.focus();
  link.scrollIntoView({ block: "nearest" });
}

const chosen = () => ticked().length > 0 ? ticked() : here() ? [here()] : [];
const fieldsOf = (list) => list.map((row) => [`case-${row.dataset.case}`, row.dataset.seen]);

async function acknowledge() {
  const news = chosen().filter((row) => row.dataset.state === "new");
  if (news.length === 0) return say("Only new cases can be acknowledged");
  untick();
  const row = here();
  if (news.includes(row)) left = { id: row.dataset.case, at: rows().indexOf(row) };
  const done = await send("/cases/acknowledge", fieldsOf(news));
  say(done ? `Acknowledged: ${news.length}` : "That wasn't taken; please look at the case");
}

async function toggleReviewed() {
  const list = chosen();
  if (list.length === 0) return;
  const back = list.every((row) => !row.classList.contains("unreviewed"));
  untick();
  await send(back ? "/cases/unreviewed" : "/cases/reviewed", fieldsOf(list));
  say(back ? "Back among the unreviewed" : `Reviewed: ${list.length}`);
}

function untick() {
  for (const row of ticked()) row.querySelector(".tick input").checked = false;
  counted();
}

function open(hash) {
  const link = linkOf(here());
  if (!link) return false;
  location.href = link.href + hash;
}

function counted() {
  const number = ticked().length;
  const line = document.getElementById("ticked");
  line.textContent = number === 1 ? "1 case ticked" : `${number} cases ticked`;
}

onKeys({
  j: () => walk(1),
  k: () => walk(-1),
  o: () => open(""),
  d: () => open("#to-decide"),
  c: () => open("#to-close"),
  a: acknowledge,
  u: toggleReviewed,
  x() {
    const tick = here()?.querySelector(".tick input");
    if (!tick) return false;
    tick.checked = !tick.checked;
    counted();
  },
  X() {
    const boxes = rows().flatMap((row) => [...row.querySelectorAll(".tick input")]);
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
    counted();
  },
  "/": () => document.querySelector('.search input[name="q"]').focus(),
});

document.addEventListener("focusin", () => {
  const row = here();
  if (row) lastIndex = rows().indexOf(row);
});
document.addEventListener("change", (event) => {
  if (event.target.closest(".tick")) counted();
  else event.target.closest("select, .days input")?.form?.requestSubmit();
});
const topOf = (row) => row.getBoundingClientRect().top;

document.addEventListener("refreshing", () => {
  const row = scrollY > 0 ? rows().find((one) => topOf(one) >= 0) : null;
  anchor = row ? { id: row.dataset.case, top: topOf(row) } : null;
});
document.addEventListener("refreshed", () => {
  const row = rows().find((one) => one.dataset.case === anchor?.id);
  if (row) scrollBy(0, topOf(row) - anchor.top);
  remember();
});
remember();
