import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Gpio } from "onoff";
import { Epoll } from "epoll";
import { urgentPair } from "./urgent_pair.ts";

const tests = suite("epoll");
const INSTALLED = new URL(
  "../../../node_modules/.deno/epoll@4.0.3/node_modules/epoll/epoll.js",
  import.meta.url,
);
const SOURCE = new URL("../../../edge/senses/epoll/epoll.js", import.meta.url);

/** Waits until `isSo`, for as long as a busy machine may need. */
async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 10_000 && !isSo(); i++) await new Promise((done) => setTimeout(done, 10));
  assert.ok(isSo(), "it never came");
}

tests("an urgent byte is told once for each, in order, as a line's edge is", async () => {
  const pair = urgentPair();
  const seen: string[] = [];
  const poller = new Epoll((error, fd, events) => {
    assert.is(error, null);
    assert.is(fd, pair.readFd);
    assert.ok(events & Epoll.EPOLLPRI);
    seen.push(pair.take());
  });
  poller.add(pair.readFd, Epoll.EPOLLPRI);
  for (const [at, byte] of [..."0110"].entries()) {
    pair.send(byte);
    await until(() => seen.length > at);
    await new Promise((done) => setTimeout(done, 20));
    assert.is(seen.length, at + 1, "told again though it was read");
  }
  assert.is(seen.join(""), "0110");
  poller.remove(pair.readFd).close();
  pair.close();
});

tests("several watchers share one set, and each is told of its own alone", async () => {
  const pairs = [urgentPair(), urgentPair(), urgentPair()];
  const seen: [number, string][] = [];
  const pollers = pairs.map((pair, at) => {
    const poller = new Epoll((_error, fd) => {
      assert.is(fd, pair.readFd);
      seen.push([at, pair.take()]);
    });
    return poller.add(pair.readFd, Epoll.EPOLLPRI);
  });
  for (const at of [2, 0, 1]) pairs[at]!.send(String(at));
  await until(() => seen.length === 3);
  assert.equal(seen.map(([at]) => at).sort(), [0, 1, 2]);
  assert.ok(seen.every(([at, byte]) => byte === String(at)));
  pollers[0]!.close();
  pairs[0]!.send("0");
  pairs[1]!.send("1");
  await until(() => seen.length === 4);
  assert.equal(seen.at(-1), [1, "1"]);
  pollers.forEach((poller) => poller.closed || poller.close());
  pairs.forEach((pair) => pair.close());
});

tests("a watch that is changed tells only what it was changed to", async () => {
  const pair = urgentPair();
  const seen: number[] = [];
  const poller = new Epoll((_error, _fd, events) => {
    seen.push(events);
    pair.take();
  });
  poller.add(pair.readFd, Epoll.EPOLLPRI).modify(pair.readFd, Epoll.EPOLLET);
  pair.send("1");
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(seen, []);
  poller.modify(pair.readFd, Epoll.EPOLLPRI);
  await until(() => seen.length === 1);
  poller.close();
  pair.close();
});

tests("a callback that fails ends its own watch, and no other's", async () => {
  const [bad, good] = [urgentPair(), urgentPair()];
  const seen: string[] = [];
  let calls = 0;
  const failing = new Epoll(() => {
    calls++;
    throw new Error("EIO: i/o error, read");
  });
  const working = new Epoll(() => void seen.push(good.take()));
  failing.add(bad.readFd, Epoll.EPOLLPRI);
  working.add(good.readFd, Epoll.EPOLLPRI);
  const { error } = console;
  const said: string[] = [];
  console.error = (text: string) => void said.push(text);
  bad.send("1");
  await until(() => calls > 0);
  good.send("1");
  await until(() => seen.length === 1);
  await new Promise((done) => setTimeout(done, 50));
  console.error = error;
  assert.is(calls, 1);
  assert.match(said[0]!, /The watch of the descriptor \d+ ends: Error: EIO/);
  assert.throws(() => failing.remove(bad.readFd), /was added was required/);
  working.close();
  [bad, good].forEach((pair) => pair.close());
});

tests("what can't be watched, isn't watched or was closed is refused in a sentence", () => {
  const poller = new Epoll(() => {});
  assert.throws(() => poller.add(9999, Epoll.EPOLLPRI), /Cannot watch the descriptor 9999: Bad/);
  assert.throws(() => poller.remove(9999), /was added was required, got 9999/);
  poller.close();
  assert.ok(poller.closed);
  assert.throws(() => poller.add(0, Epoll.EPOLLIN), /an open Epoll was required/);
  assert.throws(() => new Epoll(null as never), /a callback was required, got object/);
});

tests("a program ends soon after nothing is watched any more", async () => {
  const code = `
    import { Epoll } from "epoll";
    import { urgentPair } from "${new URL("./urgent_pair.ts", import.meta.url)}";
    const pair = urgentPair();
    const poller = new Epoll(() => {});
    poller.add(pair.readFd, Epoll.EPOLLPRI);
    let closedMs = 0;
    setTimeout(() => { poller.close(); closedMs = performance.now(); }, 50);
    globalThis.addEventListener("unload", () => console.log(String(performance.now() - closedMs)));
  `;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, code);
  const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
  const args = ["run", "-A", "--config", config, file];
  const text = new TextDecoder();
  const tookMs: number[] = [];
  // A busy machine may hold one of them up.
  while (tookMs.length < 10 && !tookMs.some((ms) => ms < 900)) {
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), { args }).output();
    assert.ok(success, text.decode(stderr));
    tookMs.push(Number(text.decode(stdout)));
  }
  await Deno.remove(file);
  assert.ok(tookMs.some((ms) => ms > 0 && ms < 900), tookMs.join());
});

tests("onoff is loaded unchanged, and its epoll is this one as it stands", async () => {
  assert.type(Gpio, "function");
  assert.type(Gpio.accessible, "boolean");
  assert.is(
    await Deno.readTextFile(INSTALLED),
    await Deno.readTextFile(SOURCE),
    "node_modules holds an older copy: rm -r node_modules/.deno/epoll@4.0.3, deno install",
  );
});

tests.run();
