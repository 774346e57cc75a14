// Single keys that do something, as in many mail programs, and the card that explains them.
const help = document.getElementById("keys");

/** Typing is never taken for a command. */
function typing({ target }) {
  return target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select") !== null;
}

/** Calls `does[key](event)`; what returns false wasn't meant. */
export function onKeys(does) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && typing(event)) return event.target.blur();
    if (typing(event) || document.querySelector("dialog[open]")) return;
    const act = event.key === "?" ? showHelp : does[event.key];
    if (act && act(event) !== false) event.preventDefault();
  });
}

function showHelp() {
  help?.showModal();
}

document.querySelector(".keys-link")?.addEventListener("click", (event) => {
  event.preventDefault();
  showHelp();
});
help?.addEventListener("click", (event) => {
  if (event.target === help || event.target.closest(".close")) {
    event.preventDefault();
    help.close();
  }
});

/** Sends what a form would send, and stays on the page; the page follows by itself. */
export async function send(path, fields) {
  const response = await fetch(path, {
    method: "POST",
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
  return response.type === "opaqueredirect" || response.ok;
}

let saying = 0;

/** Says something for a moment, to eyes and to screen readers. */
export function say(text) {
  let line = document.getElementById("spoken");
  if (!line) {
    line = document.createElement("p");
    line.id = "spoken";
    line.setAttribute("role", "status");
    document.body.append(line);
  }
  line.textContent = text;
  line.dataset.shown = "yes";
  clearTimeout(saying);
  saying = setTimeout(() => delete line.dataset.shown, 3500);
}
