import * as assert from "uvu/assert";
import { presenceMessage } from "../../../scripts/fabricate.ts";
import { ADDRESS, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";

const { tests, skipped } = await siteSuite("pages that follow what happens");

if (!skipped) {
  tests("an open page is told of a new case within a moment", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const stop = new AbortController();
    const response = await fetch(`${aggregator.url}/live`, {
      headers: { Cookie: expert.cookie },
      signal: stop.signal,
    });
    assert.match(response.headers.get("Content-Type") ?? "", /text\/event-stream/);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const read = async () => (text += (await reader.read()).value ?? "");
    while (!text.includes("event: hello")) await read();
    const { id } = await newCase(site);
    while (!text.includes(id)) await read();
    assert.match(text, /event: change/);
    stop.abort();
    await reader.cancel().catch(() => {});
  });

  tests("one person's windows leave room for everybody else's", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const stop = new AbortController();
    const open = async () =>
      await fetch(`${aggregator.url}/live`, {
        headers: { Cookie: expert.cookie },
        signal: stop.signal,
      });
    const all = await Promise.all(Array.from({ length: 20 }, open));
    assert.is(all.filter(({ status }) => status === 200).length, 16);
    assert.ok(all.every(({ status }) => status === 200 || status === 503));
    stop.abort();
    await Promise.allSettled(all.map(({ body }) => body?.cancel()));
    const again = new AbortController();
    await until("room again", async () => {
      const { cookie } = expert;
      const one = await fetch(`${aggregator.url}/live`, {
        headers: { Cookie: cookie },
        signal: again.signal,
      });
      return one.status === 200;
    });
    again.abort();
  });

  tests("signs of life that say nothing new wake no page; a new state does", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { model } = aggregator.parts;
    const address = { ...ADDRESS, printer: "alive" };
    const seen = () => model.fleet.printers(50).find((one) => one.address.printer === "alive");
    const say = async (state: "idle" | "printing") => {
      const before = seen()?.seenMs;
      const wallTime = new Date().toISOString();
      await site.send(DEVICE, presenceMessage(address, { label: "Left", state, wallTime }));
      await until("its sign of life", () => seen() !== undefined && seen()!.seenMs !== before);
    };
    await say("idle");
    await until("its history", () => model.printers.standing(address).standing);
    const stop = new AbortController();
    const headers = { Cookie: expert.cookie };
    const response = await fetch(`${aggregator.url}/live`, { headers, signal: stop.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const reading = (async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        text += part.value;
      }
    })().catch(() => {});
    await until("the greeting", () => text.includes("event: hello"));
    await until("silence", async () => {
      text = "";
      await new Promise((resolve) => setTimeout(resolve, 700));
      return text === "";
    });
    await say("idle");
    await say("idle");
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.not.match(text, "event: change");
    await say("printing");
    await until("the change", () => /event: change/.test(text));
    stop.abort();
    await reader.cancel().catch(() => {});
    await reading;
  });

  tests("a page that was made before it listened hears that it shows too little", async (
    { site },
  ) => {
    const { expert, aggregator } = await prepared(site);
    const page = await (await expert.get("/")).text();
    const shown = Number(/data-position="(\d+)"/.exec(page)?.[1]);
    await newCase(site);
    const stop = new AbortController();
    const headers = { Cookie: expert.cookie };
    const response = await fetch(`${aggregator.url}/live`, { headers, signal: stop.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("\n\n")) text += (await reader.read()).value ?? "";
    const heard = Number(/event: hello\ndata: \{"position":(\d+)\}/.exec(text)?.[1]);
    assert.ok(heard > shown, `heard of ${heard}, shown ${shown}`);
    stop.abort();
    await reader.cancel().catch(() => {});
  });
}

tests.run();
