import { suite } from "uvu";
import * as assert from "uvu/assert";
import { until } from "../site_fixture.ts";

const tests = suite("live.js");
const SCRIPT = new URL("../../../cloud/console/browser/live.js", import.meta.url);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs the page's script on a page without parts, whose server takes `answerMs` for an answer. */
async function opened(answerMs: number) {
  const listeners = new Map<string, (event: { data: string }) => void>();
  const sources: { readyState: number }[] = [];
  let asked = 0;
  let opened = 0;
  let lookAfter = () => {};
  const document = {
    documentElement: { dataset: { position: "7" } },
    addEventListener() {},
    querySelector: () => null,
    querySelectorAll: () => [],
    getElementById: () => null,
    dispatchEvent: () => true,
  };
  class Source {
    static CLOSED = 2;
    readyState = 1;
    constructor() {
      opened++;
      sources.push(this);
    }
    addEventListener = (name: string, listen: (event: { data: string }) => void) =>
      listeners.set(name, listen);
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
    setInterval: (run: () => void) => (lookAfter = run),
  };
  const script = await Deno.readTextFile(SCRIPT);
  new Function(...Object.keys(globals), script)(...Object.values(globals));
  return {
    change: () => listeners.get("change")!({ data: "{}" }),
    hear: (event: "hello" | "still-here", position: number) =>
      listeners.get(event)!({ data: JSON.stringify({ position }) }),
    refuse() {
      sources.at(-1)!.readyState = Source.CLOSED;
    },
    lookAfter: () => lookAfter(),
    asked: () => asked,
    opened: () => opened,
  };
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
  await until("a look", () => page.asked() > 0);
  await pause(300);
  assert.is(page.asked(), 1);
});

for (const event of ["hello", "still-here"] as const) {
  tests(`what a page missed before it listened is looked at with the next ${event}`, async () => {
    const page = await opened(1);
    page.hear(event, 7);
    await pause(200);
    assert.is(page.asked(), 0);
    page.hear(event, 8);
    await until("another look", () => page.asked() === 1);
  });
}

tests("a page whose connection was refused opens another and looks by itself", async () => {
  const page = await opened(1);
  page.lookAfter();
  assert.is(page.opened(), 1);
  page.refuse();
  page.lookAfter();
  assert.is(page.opened(), 2);
  await until("another look", () => page.asked() === 1);
});

tests.run();
