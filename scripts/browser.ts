/** Debian's chromium without a window, driven by playwright-core: for tests and for pictures. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export type { Page } from "playwright-core";

/** As long as a slow and busy machine may need. */
const WAIT_MS = 90_000;
/** Where Debian and its kin put it. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** What the visitor looks with. */
export interface Look {
  width: number;
  height: number;
  dark?: boolean;
  phone?: boolean;
  /** Without scripts, as the first paint is. */
  noScript?: boolean;
}

/** Somebody at a browser of their own: own cookies, one page. */
export interface Visit {
  page: Page;
  /** Every error and warning that pages wrote to their console, and every script error. */
  complaints: string[];
  /** Answers for passkeys without a person. */
  withAuthenticator(): Promise<void>;
  close(): Promise<void>;
}

export interface StartedBrowser {
  version: string;
  visit(look: Look, cookie?: { url: string; name: string; value: string }): Promise<Visit>;
  close(): Promise<void>;
}

/** Where chromium is; null if this machine has none. */
export async function findChromium(): Promise<string | null> {
  for (const place of PLACES) {
    const there = await Deno.stat(place).then(() => true, () => false);
    if (there) return place;
  }
  return null;
}

/**
 * Starts chromium.
 *
 * @throws {Error} if this machine has none
 */
export async function startBrowser(): Promise<StartedBrowser> {
  const executablePath = await findChromium();
  if (!executablePath) throw new Error("Cannot start chromium: Debian's package was required");
  // Without its sandbox, since a container's root may not make one; only our own pages are opened.
  const args = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"];
  const browser = await chromium.launch({ executablePath, args, timeout: WAIT_MS });
  return {
    version: browser.version(),
    visit: (look, cookie) => visit(browser, look, cookie),
    close: () => browser.close(),
  };
}

async function visit(
  browser: Browser,
  look: Look,
  cookie?: { url: string; name: string; value: string },
): Promise<Visit> {
  const { width, height, dark = false, phone = false, noScript = false } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: phone ? 2 : 1,
    isMobile: phone,
    hasTouch: phone,
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: !noScript,
    locale: "en-GB",
  });
  context.setDefaultTimeout(WAIT_MS);
  if (cookie) await context.addCookies([{ ...cookie, httpOnly: true }]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return {
    page,
    complaints,
    withAuthenticator: () => addAuthenticator(context, page),
    close: () => context.close(),
  };
}

async function addAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
}
