// Lets this console reach its reader in this browser, if the reader wants that (web push).
const form = document.getElementById("push-form");
const note = document.getElementById("push-note");
const able = "serviceWorker" in navigator && "PushManager" in globalThis && isSecureContext;

const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_")
    .replace(/=+$/, "");

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

async function subscribe() {
  if (await Notification.requestPermission() !== "granted") {
    throw new Error("This browser has been told not to show messages of this console.");
  }
  await navigator.serviceWorker.register("/service-worker.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const wanted = { userVisibleOnly: true, applicationServerKey: bytesOf(form.dataset.key) };
  try {
    return await pushManager.subscribe(wanted);
  } catch {
    // It was subscribed under another key before: that one is of no use any more.
    await (await pushManager.getSubscription())?.unsubscribe();
    return await pushManager.subscribe(wanted);
  }
}

async function send(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  note.textContent = "Asking this browser…";
  try {
    const subscription = await subscribe();
    form.elements.endpoint.value = subscription.endpoint;
    form.elements.p256dh.value = base64url(subscription.getKey("p256dh"));
    form.elements.auth.value = base64url(subscription.getKey("auth"));
    form.elements.name.value = /Mobile|Android|iPhone/.test(navigator.userAgent)
      ? "Browser on a phone"
      : "Browser on a desk";
    form.submit();
  } catch (error) {
    note.textContent = `That didn't work: ${error.message}`;
  }
}

if (form && able) {
  form.hidden = false;
  form.addEventListener("submit", send, true);
}
const zone = document.querySelector('input[name="timeZone"]');
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && here && zone.value !== here) zone.closest("label").after(suggestion());

/** Most people's zone is their browser's: one press takes it over. */
function suggestion() {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = `Take ${here}`;
  button.addEventListener("click", () => (zone.value = here));
  return button;
}
