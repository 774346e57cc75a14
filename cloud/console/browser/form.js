// A form is sent once, and stopping a print asks back. Without this script the server holds both.
const refusal = document.getElementById("refusal");
refusal?.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  const stops = form.querySelector('input[name="response"][value="stop"]:checked');
  if (stops && !confirm("This ends the print for good. Send it?")) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-disabled", "true");
  }
});

// Coming back by the browser's history must not leave a dead form behind.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});
