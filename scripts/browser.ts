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

/** Starts chromium with one page. */
export async function startBrowser(): Promise<Browser> {
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
  const browserUrl = await debuggerUrl(child.stderr);
  const { host } = new URL(browserUrl);
  const targets = await (await fetch(`http://${host}/json/list`)).json() as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const target = targets.find((one) => one.type === "page")!;
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });

  const waiting = new Map<number, { resolve: (reply: Reply) => void }>();
  const complaints: string[] = [];
  let loaded = () => {};
  let nextId = 1;
  socket.onmessage = ({ data }) => {
    const reply = JSON.parse(data) as Reply;
    if (reply.id) waiting.get(reply.id)?.resolve(reply);
    if (reply.method === "Page.loadEventFired") loaded();
    if (reply.method === "Runtime.exceptionThrown" || reply.method === "Log.entryAdded") {
      complaints.push(JSON.stringify(reply.params));
    }
  };
  async function send(method: string, params: Record<string, unknown> = {}) {
    const id = nextId++;
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, { resolve });
      socket.send(JSON.stringify({ id, method, params }));
    });
    waiting.delete(id);
    if (reply.error) throw new Error(`Cannot do ${method}: ${reply.error.message}`);
    return reply.result ?? {};
  }
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);

  return {
    complaints,
    setCookie: async (url, name, value) =>
      void await send("Network.setCookie", { url, name, value, httpOnly: true }),
    async look({ width, height, dark = false, phone = false, noScript = false }) {
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
    },
    async open(url) {
      const done = new Promise<void>((resolve) => (loaded = resolve));
      await send("Page.navigate", { url });
      await done;
    },
    async evaluate(expression) {
      const found = await send("Runtime.evaluate", {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      return (found.result as { value?: unknown } | undefined)?.value;
    },
    async picture(whole) {
      const shot = await send("Page.captureScreenshot", {
        format: "png",
        captureBeyondViewport: whole,
        ...(whole ? { clip: await wholePage() } : {}),
      });
      return Uint8Array.from(atob(String(shot.data)), (char) => char.charCodeAt(0));
    },
    async close() {
      socket.close();
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(profile, { recursive: true }).catch(() => {});
    },
  };

  async function wholePage() {
    const { cssContentSize } = await send("Page.getLayoutMetrics") as {
      cssContentSize: { width: number; height: number };
    };
    return { x: 0, y: 0, ...cssContentSize, scale: 1 };
  }
}
