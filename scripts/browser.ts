/** Debian's chromium without a window, driven over its own DevTools protocol: enough for pictures. */

const START_MS = 20_000;

interface Reply {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
  method?: string;
  params?: Record<string, unknown>;
}

export interface Look {
  width: number;
  height: number;
  dark?: boolean;
  phone?: boolean;
  /** Without scripts, as the first paint is. */
  noScript?: boolean;
}

export interface Browser {
  /** Every message that pages wrote to their console, and every script error. */
  complaints: string[];
  setCookie(url: string, name: string, value: string): Promise<void>;
  look(how: Look): Promise<void>;
  open(url: string): Promise<void>;
  evaluate(expression: string): Promise<unknown>;
  /** From now on the browser has an authenticator that confirms whatever it is asked. */
  withAuthenticator(): Promise<void>;
  /** A PNG of what is in sight, or of the whole page. */
  picture(whole: boolean): Promise<Uint8Array>;
  close(): Promise<void>;
}

async function debuggerUrl(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const reader = stderr.getReader();
  const timer = setTimeout(() => reader.cancel(), START_MS);
  while (true) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Cannot start chromium: its DevTools address was required: ${text}`);
    text += decoder.decode(value);
    const url = /DevTools listening on (ws:\/\/\S+)/.exec(text)?.[1];
    if (!url) continue;
    clearTimeout(timer);
    reader.releaseLock();
    // Chromium stops when nobody reads its errors.
    stderr.pipeTo(new WritableStream()).catch(() => {});
    return url;
  }
}

interface Chromium {
  pageUrl: string;
  close(): Promise<void>;
}

async function startChromium(): Promise<Chromium> {
  const profile = await Deno.makeTempDir({ prefix: "chromium-" });
  const child = new Deno.Command("chromium", {
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { host } = new URL(await debuggerUrl(child.stderr));
  const targets = await (await fetch(`http://${host}/json/list`)).json() as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  return {
    pageUrl: targets.find((one) => one.type === "page")!.webSocketDebuggerUrl,
    async close() {
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(profile, { recursive: true }).catch(() => {});
    },
  };
}

/** One page's DevTools connection: requests by name, events to `told`. */
async function openPage(pageUrl: string, told: (event: Reply) => void) {
  const socket = new WebSocket(pageUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const waiting = new Map<number, (reply: Reply) => void>();
  let nextId = 1;
  socket.onmessage = ({ data }) => {
    const reply = JSON.parse(data) as Reply;
    if (reply.id) waiting.get(reply.id)?.(reply);
    else told(reply);
  };
  return {
    close: () => socket.close(),
    async send(method: string, params: Record<string, unknown> = {}) {
      const id = nextId++;
      const reply = await new Promise<Reply>((resolve) => {
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ id, method, params }));
      });
      waiting.delete(id);
      if (reply.error) throw new Error(`Cannot do ${method}: ${reply.error.message}`);
      return reply.result ?? {};
    },
  };
}

type Page = Awaited<ReturnType<typeof openPage>>;

/** Starts chromium with one page. */
export async function startBrowser(): Promise<Browser> {
  const chromium = await startChromium();
  const complaints: string[] = [];
  let loaded = () => {};
  const page = await openPage(chromium.pageUrl, ({ method, params }) => {
    if (method === "Page.loadEventFired") loaded();
    if (method === "Runtime.exceptionThrown" || method === "Log.entryAdded") {
      complaints.push(JSON.stringify(params));
    }
  });
  const { send } = page;
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);
  return {
    complaints,
    setCookie: async (url, name, value) =>
      void await send("Network.setCookie", { url, name, value, httpOnly: true }),
    look: (how) => look(page, how),
    async open(url) {
      const done = new Promise<void>((resolve) => (loaded = resolve));
      await send("Page.navigate", { url });
      await done;
    },
    async evaluate(expression) {
      const params = { expression, awaitPromise: true, returnByValue: true };
      const found = await send("Runtime.evaluate", params);
      return (found.result as { value?: unknown } | undefined)?.value;
    },
    async withAuthenticator() {
      await send("WebAuthn.enable");
      const options = {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      };
      await send("WebAuthn.addVirtualAuthenticator", { options });
    },
    async picture(whole) {
      const clip = whole ? { clip: await wholePage(page) } : {};
      const shot = await send("Page.captureScreenshot", { captureBeyondViewport: whole, ...clip });
      return Uint8Array.from(atob(String(shot.data)), (char) => char.charCodeAt(0));
    },
    async close() {
      page.close();
      await chromium.close();
    },
  };
}

async function look({ send }: Page, how: Look): Promise<void> {
  const { width, height, dark = false, phone = false, noScript = false } = how;
  await send("Emulation.setDeviceMetricsOverride", {
    width,
    height,
    deviceScaleFactor: phone ? 2 : 1,
    mobile: phone,
  });
  await send("Emulation.setEmulatedMedia", {
    features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }],
  });
  await send("Emulation.setScriptExecutionDisabled", { value: noScript });
}

async function wholePage({ send }: Page) {
  const { cssContentSize } = await send("Page.getLayoutMetrics") as {
    cssContentSize: { width: number; height: number };
  };
  return { x: 0, y: 0, ...cssContentSize, scale: 1 };
}
