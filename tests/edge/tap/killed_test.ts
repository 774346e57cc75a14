import { suite } from "uvu";
import * as assert from "uvu/assert";
import { holdersOf } from "../../../edge/serial/holders.ts";
import { getTermios } from "../../../edge/serial/termios.ts";
import { PollSet } from "../../../edge/serial/poll_set.ts";
import { Keeper } from "../../../scripts/keeper/keeper.ts";
import {
  disk,
  End,
  libc,
  openHost,
  pause,
  pour,
  PrinterEnd,
  seededBytes,
  until,
  untilOrdered,
  Watcher,
} from "./rig.ts";

const test = suite("a tap that is killed");
const MAIN = new URL("../../../edge/tap/main.ts", import.meta.url).pathname;
const POLLHUP = 16;
const KILLS = 8;

interface Scene {
  folder: string;
  printer: PrinterEnd;
  keeper: Keeper;
  link: string;
  socket: string;
}

/** Runs a test with a printer and a tap whose descriptors are kept. */
async function withKeptTap(
  more: string[],
  test: (scene: Scene) => Promise<void>,
  lookMs?: number,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-kept-" });
  const printer = PrinterEnd.at(`${folder}/usb-printer`);
  const keeper = new Keeper(libc, folder, [
    ...[Deno.execPath(), "run", "--allow-ffi", "--no-prompt", MAIN],
    ...["--port", printer.path, "--printer", "p", "--state", folder, ...more],
  ], lookMs);
  const scene = {
    folder,
    printer,
    keeper,
    link: `${folder}/run/p.tty`,
    socket: `${folder}/run/p.sock`,
  };
  try {
    keeper.start();
    await ready(keeper, 1);
    await test(scene);
  } catch (error) {
    console.error(keeper.stderr);
    throw error;
  } finally {
    await keeper.stop();
    printer.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function ready(keeper: Keeper, times: number): Promise<void> {
  const said = () => keeper.stderr.split("ready:").length - 1;
  await until(`start ${times}, at ${said()}`, () => said() >= times);
}

/** Whether the other side of a line has been closed. */
function isHungUp(end: End): boolean {
  const poll = new PollSet(libc, 1);
  poll.set(0, end.fd, 0);
  poll.wait(0);
  return (poll.seen(0) & POLLHUP) !== 0;
}

test("all that its successor needs is kept, and nothing else", async () => {
  await withKeptTap([], async ({ keeper, printer }) => {
    const all = ["printer", "pty", "ring", "session"];
    const lanes = ["to-host.in", "to-host.out", "to-printer.in", "to-printer.out"];
    await until("all names", () => keeper.names.length === 8);
    assert.equal(keeper.names, [...all, ...lanes].sort());
    printer.unplug();
    await until("the lost port is let go", () => !keeper.names.includes("printer"));
  });
});

test("a service manager that has no time yet is handed all of it before the host may come", async () => {
  const never = 2 ** 30;
  await withKeptTap([], ({ keeper }) => {
    assert.is(keeper.names.length, 8);
    assert.not.match(keeper.stderr, /a kill may cost/);
    return Promise.resolve();
  }, never);
});

test("neither host nor printer is hung up, no setting changes, and the host keeps its port", async () => {
  await withKeptTap([], async ({ keeper, printer, link }) => {
    const host = openHost(link, 250_000);
    host.write("M105\n");
    await printer.reads("M105\n");
    await until("the rate", () => !keeper.stderr.includes("not applied"));
    const slave = Deno.readLinkSync(link);
    const before = getTermios(libc, printer.fd);
    keeper.kill();
    const endMs = performance.now() + 3000;
    for (let turn = 0; performance.now() < endMs; turn++) {
      assert.not(isHungUp(printer), "the printer's port stays open");
      if (keeper.stderr.split("ready:").length > 2) break;
      await pause(1);
    }
    await ready(keeper, 2);
    assert.match(keeper.stderr, /goes on where the run before ended/);
    assert.equal(getTermios(libc, printer.fd), before);
    assert.is(Deno.readLinkSync(link), slave);
    host.write("M114\n");
    await printer.reads("M105\nM114\n");
    printer.write("ok\n");
    await host.reads("ok\n");
    host.close();
  });
});

test("what comes while it is dead waits, and goes on in order", async () => {
  await withKeptTap([], async ({ keeper, printer, link }) => {
    const host = openHost(link);
    host.write("N1 G1 X");
    await printer.reads("N1 G1 X");
    keeper.kill("SIGSTOP");
    host.write("1*5\nN2 M105*6\n");
    printer.write("ok\n");
    keeper.kill();
    await printer.reads("N1 G1 X1*5\nN2 M105*6\n");
    await host.reads("ok\n");
    assert.is(printer.text, "N1 G1 X1*5\nN2 M105*6\n");
    assert.is(host.text, "ok\n");
    host.close();
  });
});

test("killed again and again under full load both ways, not a byte is lost, doubled or changed", async () => {
  await withKeptTap([], async ({ keeper, printer, link }) => {
    const host = openHost(link);
    const delays = seededBytes(33, KILLS);
    let kills = 0;
    const killer = (async () => {
      for (; kills < KILLS; kills++) {
        await ready(keeper, kills + 1);
        await pause((delays[kills] ?? 0) / 4);
        keeper.kill();
      }
      await ready(keeper, kills + 1);
    })();
    const down: Uint8Array<ArrayBuffer>[] = [], up: Uint8Array<ArrayBuffer>[] = [];
    while (kills < KILLS) {
      const [less, more] = [seededBytes(kills + 50, 40_000), seededBytes(kills + 90, 70_000)];
      down.push(less);
      up.push(more);
      await Promise.all([pour(host, printer, less), pour(printer, host, more)]);
    }
    await killer;
    assert.ok(equal(printer.all, joined(down)), "host to printer");
    assert.ok(equal(host.all, joined(up)), "printer to host");
    host.close();
  });
});

function joined(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

test("a latched hold outlives it, and its agent goes on with the same run", async () => {
  await withKeptTap(["--orders"], async ({ keeper, printer, link, socket }) => {
    const host = openHost(link);
    const watcher = new Watcher(socket);
    await watcher.sees("the host", (each) => each.type === "link" && each.event === "host-open");
    const run = watcher.source.position()?.runId;
    assert.ok((await watcher.source.orders.hold(true)).ok);
    host.write("G1 X1\n");
    await pause(200);
    keeper.kill();
    await ready(keeper, 2);
    assert.is(watcher.source.position()?.runId, run);
    host.write("G1 X2\n");
    await pause(300);
    printer.poll();
    assert.is(printer.text, "", "the lines are withheld still");
    await untilOrdered("the release", () => watcher.source.orders.release());
    await printer.reads("G1 X1\nG1 X2\n");
    await watcher.stop();
    host.close();
  });
});

test("its agent misses no line, whatever it was about to be sent", async () => {
  await withKeptTap([], async ({ keeper, printer, link, socket }) => {
    const host = openHost(link);
    const watcher = new Watcher(socket);
    await watcher.sees("the host", (each) => each.type === "link" && each.event === "host-open");
    let sent = 0;
    const timer = setInterval(() => {
      host.write(`N${sent++} M105*1\n`);
      printer.poll();
    }, 4);
    for (let kill = 1; kill <= 4; kill++) {
      await pause(150);
      keeper.kill();
      await ready(keeper, kill + 1);
    }
    clearInterval(timer);
    await watcher.sees(
      "the last",
      (each) => each.type === "sent" && each.line === `N${sent - 1} M105*1`,
    );
    const gaps = watcher.seen.filter(({ type }) => type === "gap").length;
    const lines = watcher.lines("sent");
    assert.is(new Set(lines).size, lines.length, "none twice");
    // A kill right between passing on and writing down is told as a gap.
    if (gaps === 0) assert.equal(lines, Array.from({ length: sent }, (_, at) => `N${at} M105*1`));
    assert.ok(gaps <= 2, `${gaps} gaps, ${lines.length} of ${sent} lines`);
    await printer.reads(`N${sent - 1} M105*1\n`);
    assert.is(printer.text.split("\n").length - 1, sent);
    await watcher.stop();
    host.close();
  });
});

test("a host that left meanwhile leaves a fresh port for the next", async () => {
  await withKeptTap([], async ({ keeper, printer, link }) => {
    const host = openHost(link);
    host.write("M105\n");
    await printer.reads("M105\n");
    const before = Deno.readLinkSync(link);
    keeper.kill("SIGSTOP");
    host.close();
    keeper.kill();
    await ready(keeper, 2);
    await until("another port", () => Deno.readLinkSync(link) !== before);
    const next = openHost(link);
    next.write("M114\n");
    await printer.reads("M114\n");
    next.close();
  });
});

test("a printer that was unplugged meanwhile is waited for, and the host keeps its port", async () => {
  await withKeptTap(["--wait"], async ({ keeper, printer, link }) => {
    const host = openHost(link);
    host.write("M105\n");
    await printer.reads("M105\n");
    const before = Deno.readLinkSync(link);
    keeper.kill("SIGSTOP");
    printer.unplug();
    const again = PrinterEnd.at(printer.path);
    keeper.kill();
    await ready(keeper, 2);
    assert.is(Deno.readLinkSync(link), before);
    const own = libc.call.getpid();
    await until("the port", () => holdersOf(disk, again.pty.slavePath, own).length === 1);
    host.write("M114\n");
    await again.reads("M114\n");
    assert.is(again.text, "M114\n");
    host.close();
    again.close();
  });
});

test.run();
