import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { SourcePosition } from "../../../edge/source/observation.ts";
import { connectUnix } from "../../../edge/serial/unix_socket.ts";
import { FrameDecoder } from "../../../edge/tap/frame.ts";
import { End, libc, openHost, pause, until, Watcher, withTap } from "./rig.ts";

const test = suite("tap and agent");
const AGENT = new URL("./mirror_process.ts", import.meta.url).pathname;

interface Seen {
  line: string;
  at: SourcePosition;
}

class AgentProcess {
  readonly seen: Seen[] = [];
  readonly child: Deno.ChildProcess;
  readonly #done: Promise<void>;

  constructor(socket: string, after?: SourcePosition) {
    const place = after === undefined ? [] : [JSON.stringify(after)];
    const paths = `--allow-read=${socket},.`;
    const args = ["run", "--no-prompt", `--allow-net=unix:${socket}`, paths];
    this.child = new Deno.Command(Deno.execPath(), {
      args: [...args, `--allow-write=${socket}`, AGENT, socket, ...place],
      stdout: "piped",
    }).spawn();
    this.#done = this.#collect();
  }

  async #collect(): Promise<void> {
    let text = "";
    for await (const chunk of this.child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + chunk).split("\n");
      text = lines.pop() ?? "";
      this.seen.push(...lines.map((line) => JSON.parse(line) as Seen));
    }
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.status;
    await this.#done;
  }
}

test("an agent killed in the midst of a print changes nothing, and its successor misses nothing", async () => {
  await withTap([], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    const lines: string[] = [];
    let answered = 0;
    const print = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const line = `N${lines.length} G1 X${lines.length % 200}.5 E0.02*${lines.length % 128}`;
        lines.push(line);
        host.write(`${line}\n`);
        await until("the line", () => (printer.poll(), printer.text.endsWith(`${line}\n`)));
        printer.write("ok\n");
        answered++;
        await until("its ok", () => (host.poll(), host.bytes === answered * 3));
      }
    };
    const first = new AgentProcess(tap.socket);
    await print(100);
    await until("the first agent", () => first.seen.length > 50);
    await print(10);
    await first.kill();
    await print(150);
    const at = first.seen.at(-1)?.at;
    const second = new AgentProcess(tap.socket, at);
    await print(50);
    await until("the second agent", () => second.seen.at(-1)?.line === lines.at(-1));
    const both = [...first.seen, ...second.seen].map((each) => each.line);
    assert.equal(both, lines, "every line once, in order");
    assert.is(printer.text, lines.map((line) => `${line}\n`).join(""));
    assert.is(host.text, "ok\n".repeat(lines.length));
    await second.kill();
    host.close();
  });
});

test("an agent that comes back too late is told how much it missed", async () => {
  await withTap(["--replay-mib", "1"], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    const early = new Watcher(tap.socket);
    host.write("M105 first\n");
    await early.sees("the first line", (each) => each.type === "sent");
    const at = early.source.position();
    await early.stop();
    let sent = 0;
    const filler = new TextEncoder().encode(`G1 X1 ;${"x".repeat(120)}\n`);
    await until("1.5 MiB", () => {
      for (let i = 0; i < 30; i++) if (host.writeSome(filler) === filler.length) sent++;
      printer.poll();
      return sent * filler.length > 1.5 * 1024 * 1024;
    });
    host.write("M105 last\n");
    await printer.reads("M105 last\n");
    const late = new Watcher(tap.socket, at);
    await late.sees("the last line", (each) => each.type === "sent" && each.line === "M105 last");
    const gaps = late.seen.filter((each) => each.type === "gap");
    assert.is(gaps.length, 1);
    const gap = gaps[0];
    if (gap?.type !== "gap") return;
    assert.ok(gap.missedFrames > 100, `${gap.missedFrames} frames`);
    assert.match(gap.reason, /overwritten/);
    assert.ok(gap.sinceS <= gap.eventTimeS);
    assert.is(late.seen[0], gap, "the gap comes before anything after it");
    await late.stop();
    host.close();
  });
});

test("an agent that reads nothing never holds the line up", async () => {
  await withTap(["--replay-mib", "1"], async ({ printer, tap }) => {
    const socket = new End(connectUnix(libc, tap.socket));
    socket.write('{"v":1,"type":"resume","after":"oldest"}\n');
    const host = openHost(tap.link);
    const filler = new TextEncoder().encode(`G1 X1 ;${"y".repeat(120)}\n`);
    let sent = 0;
    await until("2 MiB", () => {
      for (let i = 0; i < 30; i++) if (host.writeSome(filler) === filler.length) sent++;
      printer.poll();
      return printer.bytes > 2 * 1024 * 1024;
    });
    host.write("M105\n");
    await printer.reads("M105\n");
    assert.is(printer.bytes, sent * filler.length + 5);
    socket.poll();
    await until("the gap in the agent's stream", () => {
      socket.poll();
      return socket.text.includes('"type":"gap"');
    });
    const decoded = new FrameDecoder().push(socket.all);
    assert.ok(decoded.ok, "its frames are whole all the same");
    socket.close();
    host.close();
  });
});

test("a newer agent takes an older one's place, which is told why", async () => {
  await withTap([], async ({ tap }) => {
    const older = new End(connectUnix(libc, tap.socket));
    await older.reads("hello");
    const newer = new Watcher(tap.socket);
    await older.reads("a newer connection took its place");
    await newer.sees("a tick", (each) => each.type === "tick");
    older.close();
    await newer.stop();
  });
});

test("nonsense from an agent ends its connection with a reason and nothing else", async () => {
  const nonsense: [string, RegExp][] = [
    ["hello\n", /JSON was required/],
    ['{"v":2,"type":"release"}\n', /Cannot decode the agent's message/],
    ['{"v":1,"type":"resume","after":"oldest","more":1}\n', /Cannot decode the agent's message/],
    [`${"x".repeat(3000)}`, /a message of at most 2048 characters/],
  ];
  await withTap(["--orders"], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    for (const [text, words] of nonsense) {
      const agent = new End(connectUnix(libc, tap.socket));
      await agent.reads("hello");
      agent.write(text);
      await until("the reason", () => (agent.poll(), words.test(agent.text)));
      agent.close();
    }
    host.write("M105\n");
    await printer.reads("M105\n");
    host.close();
  });
});

test("an idle link still ticks each second on the tap's clock", async () => {
  await withTap([], async ({ tap }) => {
    const watcher = new Watcher(tap.socket);
    await until(
      "three ticks",
      () => watcher.seen.filter((each) => each.type === "tick").length >= 3,
    );
    const times = watcher.seen.map((each) => each.eventTimeS);
    assert.equal(times, [...times].sort((a, b) => a - b), "times never go back");
    const ticks = watcher.seen.filter((each) => each.type === "tick").map((each) =>
      each.eventTimeS
    );
    const apart = (ticks[2] ?? 0) - (ticks[1] ?? 0);
    assert.ok(apart > 0.9 && apart < 30, `${apart} s apart`);
    await watcher.stop();
  });
});

test("a tap that is started anew says so as a gap, and its agent goes on", async () => {
  await withTap([], async ({ folder, printer, tap }) => {
    const watcher = new Watcher(tap.socket);
    await watcher.sees("a tick", (each) => each.type === "tick");
    await tap.stop();
    const { TapProcess } = await import("./rig.ts");
    const next = new TapProcess(folder, printer.path);
    await watcher.sees("the gap", (each) => each.type === "gap" && /anew/.test(each.reason));
    const host = openHost(next.link);
    host.write("M105\n");
    await watcher.sees("a line", (each) => each.type === "sent" && each.line === "M105");
    host.close();
    await watcher.stop();
    await next.stop();
  });
});

test("orders are refused by a tap that takes none", async () => {
  await withTap([], async ({ tap }) => {
    const watcher = new Watcher(tap.socket);
    await watcher.sees("a tick", (each) => each.type === "tick");
    for (
      const answer of [
        await watcher.source.orders.hold(false),
        await watcher.source.orders.release(),
        await watcher.source.orders.inject("host", "//action:pause"),
        await watcher.source.orders.bypass(true),
      ]
    ) {
      assert.ok(!answer.ok && /takes no orders; start it with --orders/.test(answer.issue));
    }
    await watcher.stop();
  });
});

test("a line for the host goes between whole lines of the printer's", async () => {
  await withTap(["--orders"], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    const watcher = new Watcher(tap.socket);
    await watcher.sees("the host", (each) => each.type === "link" && each.event === "host-open");
    printer.write("ok T:20");
    await host.reads("ok T:20");
    const answer = watcher.source.orders.inject("host", "//action:pause");
    await pause(400);
    host.poll();
    assert.is(host.text, "ok T:20", "not in the midst of a line");
    printer.write(" B:19\nok\n");
    assert.equal(await answer, { ok: true, value: "sent to the host" });
    await host.reads("ok\n");
    assert.is(host.text, "ok T:20 B:19\n//action:pause\nok\n");
    await watcher.sees("the last ok", (each) => each.type === "received" && each.line === "ok");
    assert.equal(watcher.lines("received"), ["ok T:20 B:19", "ok"], "the printer didn't say it");
    await watcher.stop();
    host.close();
  });
});

test("held lines wait in order, one may be put before them, and all of them arrive", async () => {
  await withTap(["--orders"], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    const watcher = new Watcher(tap.socket);
    const { orders } = watcher.source;
    await watcher.sees("the host", (each) => each.type === "link" && each.event === "host-open");
    host.write("G1 X1\nG1 X");
    await printer.reads("G1 X1\nG1 X");
    const held = orders.hold(false);
    // Orders are taken in turn: once the next is answered the hold stands, too.
    assert.ok((await orders.inject("host", "//action:notification held")).ok);
    host.write("2\nG1 X3\nG1 X4\n");
    assert.equal(await held, { ok: true, value: "the host's lines are held" });
    await printer.reads("G1 X2\n");
    await pause(300);
    printer.poll();
    assert.is(printer.text, "G1 X1\nG1 X2\n", "the line begun went through, no more");
    assert.equal(await orders.inject("printer", "M104 S160"), {
      ok: true,
      value: "sent to the printer",
    });
    await printer.reads("M104 S160\n");
    host.write("M112\n");
    await printer.reads("M112\n");
    assert.is(printer.text, "G1 X1\nG1 X2\nM104 S160\nM112\n", "a stop is never held");
    assert.equal(await orders.release(), { ok: true, value: "released" });
    await printer.reads("G1 X4\n");
    assert.is(printer.text, "G1 X1\nG1 X2\nM104 S160\nM112\nG1 X3\nG1 X4\n");
    await watcher.sees("G1 X4", (each) => each.type === "sent" && each.line === "G1 X4");
    const injected = watcher.seen.find((each) => each.type === "sent" && each.origin === "agent");
    assert.ok(injected?.type === "sent" && injected.line === "M104 S160");
    assert.equal(watcher.events(), ["host-open", "held", "released"]);
    await watcher.stop();
    host.close();
  });
});

test("a held host is stopped by back-pressure and loses nothing", async () => {
  await withTap(["--orders"], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    const watcher = new Watcher(tap.socket);
    await watcher.sees("the host", (each) => each.type === "link" && each.event === "host-open");
    assert.ok((await watcher.source.orders.hold(true)).ok);
    const line = new TextEncoder().encode(`G1 X1 ;${"z".repeat(90)}\n`);
    const taken: number[] = [];
    for (let i = 0; i < 2000; i++) {
      const written = host.writeSome(line);
      if (written > 0) taken.push(written);
      if (i % 100 === 0) await pause(5);
    }
    const bytes = taken.reduce((sum, each) => sum + each, 0);
    assert.ok(bytes < 100_000, `${bytes} bytes were taken`);
    await watcher.source.orders.release();
    await until("all bytes", () => (printer.poll(), printer.bytes >= bytes));
    assert.is(printer.bytes, bytes);
    await watcher.stop();
    host.close();
  });
});

test("a hold ends by itself when its agent renews it no more, and a latched one stays", async () => {
  await withTap(["--orders"], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    await tap.says("host-open");
    const hold = (latched: boolean, leaseS: number) =>
      `${JSON.stringify({ v: 1, id: crypto.randomUUID(), type: "hold", leaseS, latched })}\n`;
    const agent = new End(connectUnix(libc, tap.socket));
    agent.write('{"v":1,"type":"resume","after":"now"}\n' + hold(false, 1));
    await agent.reads("the host's lines are held");
    agent.close();
    host.write("G1 X1\n");
    await printer.reads("G1 X1\n");
    await tap.says("released: the agent didn't renew it");
    const second = new End(connectUnix(libc, tap.socket));
    second.write('{"v":1,"type":"resume","after":"now"}\n' + hold(true, 1));
    await second.reads("latched");
    second.close();
    host.write("G1 X2\nG1 X");
    await pause(2500);
    printer.poll();
    assert.is(printer.text, "G1 X1\n");
    host.close();
    await tap.says("released: the host left");
    await pause(300);
    printer.poll();
    assert.is(
      printer.text,
      "G1 X1\n",
      "what was withheld from a host that left never moves anything",
    );
  });
});

test.run();
