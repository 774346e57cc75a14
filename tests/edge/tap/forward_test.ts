import { suite } from "uvu";
import * as assert from "uvu/assert";
import { baudOf, getTermios } from "../../../edge/serial/termios.ts";
import { libc, openHost, pause, pour, seededBytes, until, Watcher, withTap } from "./rig.ts";

const test = suite("tap, forwarding");

test("bytes of every value cross unchanged in both directions, in any chunking", async () => {
  await withTap([], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    const down = seededBytes(7, 200_000);
    const up = seededBytes(11, 200_000);
    await pour(host, printer, down);
    await pour(printer, host, up);
    assert.equal(printer.all, down);
    assert.equal(host.all, up);
    host.close();
  });
});

test("both directions at once stay whole", async () => {
  await withTap([], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    const down = seededBytes(3, 150_000);
    const up = seededBytes(5, 150_000);
    await Promise.all([pour(host, printer, down), pour(printer, host, up)]);
    assert.equal(printer.all, down);
    assert.equal(host.all, up);
    host.close();
  });
});

test("what the printer says after a host has opened its port reaches it, however busy the tap", async () => {
  await withTap([], async ({ printer, tap }) => {
    tap.child.kill("SIGSTOP");
    const host = openHost(tap.link);
    printer.write("start\n");
    tap.child.kill("SIGCONT");
    await host.reads("start\n");
    host.close();
  });
});

test("a host that doesn't read loses nothing once it does", async () => {
  await withTap([], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    await tap.says("host-open");
    const up = seededBytes(13, 120_000);
    let at = 0;
    const stuckAt = async () => {
      for (let tries = 0; tries < 60; tries++) {
        at += Math.max(printer.writeSome(up.slice(at, at + 4096)), 0);
        await pause(5);
      }
      return at;
    };
    const stuck = await stuckAt();
    assert.ok(stuck < up.length, `${stuck} bytes were taken though nobody read them`);
    await until("all bytes", () => {
      at += Math.max(printer.writeSome(up.slice(at, at + 4096)), 0);
      host.poll();
      return host.bytes >= up.length;
    });
    assert.equal(host.all, up);
    host.close();
  });
});

test("without a host the tap waits quietly, and the printer's bytes are read", async () => {
  await withTap([], async ({ printer, tap }) => {
    // A tap that spins takes all it can get each second, one that is about to rest some once.
    const rests = async () => {
      for (let second = 0; second < 10; second++) {
        const before = cpuTicks(tap.child.pid);
        await pause(1000);
        if ((cpuTicks(tap.child.pid) - before) * 10 < 200) return true;
      }
      return false;
    };
    assert.ok(await rests(), "the tap is busy before a host came");
    const host = openHost(tap.link);
    await tap.says("host-open");
    host.close();
    await tap.says("host-closed");
    assert.ok(await rests(), "the tap is busy after the host left");
    for (let i = 0; i < 100; i++) {
      printer.write("echo: nobody listens to this line, but it must not pile up anywhere\n");
      await pause(2);
    }
    assert.ok(await rests(), "the tap is busy while nobody reads");
  });
});

function cpuTicks(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

test("a host may leave and come back through the same link", async () => {
  await withTap([], async ({ printer, tap }) => {
    for (let session = 1; session <= 4; session++) {
      const host = openHost(tap.link);
      host.write(`M105 ${session}\n`);
      await printer.reads(`M105 ${session}\n`);
      printer.write(`ok ${session}\n`);
      await host.reads(`ok ${session}\n`);
      host.close();
      const sessions = () => tap.stderr.split("host-closed").length - 1;
      await until("the end of the session", () => sessions() === session);
    }
  });
});

test("what a host wrote just before it left still arrives", async () => {
  await withTap([], async ({ printer, tap }) => {
    for (let visit = 1; visit <= 5; visit++) {
      const host = openHost(tap.link);
      host.write(`M104 S0\nM140 S0\nM84 ;${visit}\n`);
      host.close();
      await printer.reads(`M84 ;${visit}\n`);
      assert.is(printer.text.split("M104 S0\nM140 S0\nM84").length, visit + 1);
      const sessions = () => tap.stderr.split("host-closed").length - 1;
      await until("the end of the visit", () => sessions() === visit);
    }
  });
});

test("a host reads nothing that was meant for the one before", async () => {
  await withTap([], async ({ printer, tap }) => {
    const first = openHost(tap.link);
    await tap.says("host-open");
    const watcher = new Watcher(tap.socket);
    const crossed = (line: string) =>
      watcher.sees(line, (each) => each.type === "received" && each.line === line);
    printer.write("ok T:20\n");
    await crossed("ok T:20");
    first.close();
    await tap.says("host-closed");
    printer.write("echo: to nobody\n");
    await crossed("echo: to nobody");
    await watcher.stop();
    const second = openHost(tap.link);
    second.write("M105\n");
    await printer.reads("M105\n");
    printer.write("ok T:21\n");
    await second.reads("ok T:21\n");
    assert.is(second.text, "ok T:21\n");
    second.close();
  });
});

test("250000 baud is what the printer's port is set to", async () => {
  await withTap(["--baud", "250000"], ({ printer }) => {
    assert.is(baudOf(getTermios(libc, printer.fd)), 250_000);
    return Promise.resolve();
  });
});

test("a host that changes its rate changes the printer's port too", async () => {
  await withTap([], async ({ printer, tap }) => {
    const host = openHost(tap.link, 250_000);
    await tap.says("baud: 250000");
    assert.is(baudOf(getTermios(libc, printer.fd)), 250_000);
    host.write("M115\n");
    await printer.reads("M115\n");
    host.close();
  });
});

test("the link leads to the host's terminal, and nothing is left behind at the end", async () => {
  await withTap([], async ({ tap }) => {
    assert.match(Deno.readLinkSync(tap.link), /^\/dev\/pts\/\d+$/);
    await tap.stop();
    assert.is((await tap.ended).code, 0);
    assert.throws(() => Deno.lstatSync(tap.link));
    assert.throws(() => Deno.lstatSync(tap.socket));
  });
});

test.run();
