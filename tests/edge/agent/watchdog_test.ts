import { getLogger, type Logger } from "@logtape/logtape";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { feedWatchdog, watchdogEveryMs } from "../../../edge/agent/watchdog_shell.ts";

const tests = suite("watchdog");
const log = getLogger(["test"]);
const env = (values: Record<string, string>) => new Map(Object.entries(values));

tests("a sign of life comes three times as often as systemd asks for it", () => {
  const asked = { NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "60000000" };
  assert.is(watchdogEveryMs(env(asked)), 20_000);
});

tests("where systemd wants none, none is given", async () => {
  for (const wish of [{}, { NOTIFY_SOCKET: "/x" }, { WATCHDOG_USEC: "6000000" }]) {
    assert.is(watchdogEveryMs(env(wish as Record<string, string>)), null);
  }
  const said: string[] = [];
  const notify = (word: string) => Promise.resolve(said.push(word) > 0);
  await feedWatchdog(null, new AbortController().signal, log, notify);
  assert.equal(said, []);
});

tests("it says that it is ready, that it lives, and that it ends", async () => {
  const said: string[] = [];
  const stop = new AbortController();
  await feedWatchdog(5, stop.signal, log, (word) => {
    said.push(word);
    if (said.length === 3) stop.abort();
    return Promise.resolve(true);
  });
  assert.equal(said, ["READY=1", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"]);
});

tests("where systemd wasn't told it says so once, and tries again", async () => {
  const stop = new AbortController();
  const said: string[] = [];
  const errors: string[] = [];
  const log = { error: (text: string) => errors.push(text) } as unknown as Logger;
  await feedWatchdog(5, stop.signal, log, (word) => {
    if (said.push(word) === 4) stop.abort();
    return Promise.resolve(false);
  });
  assert.equal(said, ["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"]);
  assert.is(errors.length, 1);
});

tests.run();
