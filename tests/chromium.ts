import { findChromium } from "../scripts/browser.ts";

/** Whether this machine has chromium; a test that needs it says loudly that it was skipped. */
export async function hasChromium(what: string): Promise<boolean> {
  if (await findChromium()) return true;
  console.log(`SKIPPED '${what}': chromium was required, got none`);
  return false;
}
