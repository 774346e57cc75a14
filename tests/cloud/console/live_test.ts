import * as assert from "uvu/assert";
import { siteSuite } from "../site_fixture.ts";
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
}

tests.run();
