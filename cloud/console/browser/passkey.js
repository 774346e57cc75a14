// Passkeys (WebAuthn): asks the server for a challenge, the authenticator for its answer, and hands
// that back. Whatever a page offers without this script (a password, a plain form) stays usable.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const listed = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

async function ask(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? "The console gave no answer; please try again");
  return answer;
}

async function create(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    },
  });
  return plain(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function prove(options) {
  const proof = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: listed(options.allowCredentials),
    },
  });
  const { authenticatorData, signature, userHandle } = proof.response;
  return plain(proof, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    ...(userHandle?.byteLength ? { userHandle: text(userHandle) } : {}),
  });
}

function plain(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  };
}

const fields = (form) => Object.fromEntries(new FormData(form));

// What each button does; a page says which by data-passkey.
const ACTS = {
  async "sign-in"(box) {
    const { challengeId, options } = await ask("/passkey/sign-in/begin", {});
    const answer = await prove(options);
    const next = box.dataset.next ?? "/";
    location.assign((await ask("/passkey/sign-in/finish", { challengeId, answer, next })).next);
  },
  async join(box) {
    const form = box.closest("form");
    if (!form.elements.name.reportValidity()) return;
    const { credential, name } = fields(form);
    const { challengeId, options } = await ask("/passkey/join/begin", { credential, name });
    const answer = await create(options);
    const told = await ask("/passkey/join/finish", { credential, challengeId, answer });
    location.assign(told.next);
  },
  async add(box) {
    const form = box.closest("form");
    if (!form.reportValidity()) return;
    const { challengeId, options } = await ask("/passkey/add/begin", {});
    const answer = await create(options);
    await ask("/passkey/add/finish", { challengeId, answer, name: fields(form).name });
    location.reload();
  },
};

// A form that is signed: its send button asks for the passkey first, then sends the answer along.
function sign(box) {
  const form = box.closest("form");
  const field = form.elements.assertion;
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.value !== "send" || field.value) return;
    event.preventDefault();
    run(box, async () => {
      field.value = JSON.stringify(await prove(JSON.parse(box.dataset.options)));
      form.requestSubmit(button);
    });
  });
}

function tell(box, message) {
  const place = box.querySelector("[role=alert]");
  place.textContent = message;
  place.hidden = message === "";
}

function wordsOf(error) {
  const cancelled = error.name === "NotAllowedError" || error.name === "AbortError";
  if (cancelled) return "The passkey wasn't confirmed. Nothing was sent; you can try again.";
  if (error.name === "InvalidStateError") return "This device has a passkey for you already.";
  return error.message;
}

async function run(box, act) {
  if (box.dataset.busy) return;
  box.dataset.busy = "yes";
  tell(box, "");
  try {
    await act(box);
  } catch (error) {
    tell(box, wordsOf(error));
  } finally {
    delete box.dataset.busy;
  }
}

if (globalThis.PublicKeyCredential) {
  for (const box of document.querySelectorAll("[data-passkey]")) {
    if (box.dataset.passkey === "sign") {
      sign(box);
      continue;
    }
    box.hidden = false;
    const act = ACTS[box.dataset.passkey];
    box.querySelector("button").addEventListener("click", () => run(box, act));
    // Enter means the passkey as long as no password was typed.
    box.closest("form")?.addEventListener("submit", (event) => {
      if (event.target.querySelector("[type=password]")?.value) return;
      event.preventDefault();
      run(box, act);
    });
  }
}
