import { suite } from "uvu";
import * as assert from "uvu/assert";

const tests = suite("live.js");
const SCRIPT = new URL("../../../cloud/console/browser/live.js", import.meta.url);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs the page's script on a page without parts, whose server takes `answerMs` for an answer. */
async function opened(answerMs: number) {
  const listeners = new Map<string, () => void>();
  let asked = 0;
  const document = {
    documentElement: { dataset: {} },
    querySelector: () => null,
    querySelectorAll: () => [],
    getElementById: () => null,
    dispatchEvent: () => true,
  };
  class Source {
    addEventListener = (name: string, listen: () => void) => listeners.set(name, listen);
    close() {}
  }
  const globals = {
    document,
    location: { href: "/", reload() {} },
    EventSource: Source,
    async fetch() {
      asked++;
      await pause(answerMs);
      return { ok: true, redirected: false, text: () => Promise.resolve("") };
    },
    DOMParser: class {
      parseFromString = () => document;
    },
    addEventListener() {},
  };
  const script = await Deno.readTextFile(SCRIPT);
  new Function(...Object.keys(globals), script)(...Object.values(globals));
  return { change: () => listeners.get("change")!(), asked: () => asked };
}

tests("changes that never pause don't keep a page from looking", async () => {
  const page = await opened(1);
  for (let n = 0; n < 60 && page.asked() < 2; n++) {
    page.change();
    await pause(20);
  }
  assert.ok(page.asked() >= 2, `asked ${page.asked()} times`);
  await pause(300);
});

tests("changes that come together are looked at once", async () => {
  const page = await opened(1);
  for (let n = 0; n < 20; n++) page.change();
  await pause(300);
  assert.is(page.asked(), 1);
});

tests.run();
