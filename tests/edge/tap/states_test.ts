import { suite } from "uvu";
import * as assert from "uvu/assert";
import { holdersOf } from "../../../edge/serial/holders.ts";
import { openPty } from "../../../edge/serial/pty.ts";
import { baudOf, getTermios } from "../../../edge/serial/termios.ts";
import {
  disk,
  libc,
  openHost,
  pause,
  PrinterEnd,
  type Scene,
  TapProcess,
  until,
  Watcher,
  withTap,
} from "./rig.ts";

const test = suite("tap, comings and goings");
const MAIN = new URL("../../../edge/tap/main.ts", import.meta.url).pathname;

/** Runs a tap that is expected to refuse, and gives its code and words. */
async function refusal(...args: string[]): Promise<{ code: number; words: string }> {
  const folder = await Deno.makeTempDir();
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-ffi", "--no-prompt", MAIN, "--state", folder, ...args],
    stderr: "piped",
    stdout: "piped",
  });
  const { code, stderr, stdout } = await command.output();
  await Deno.remove(folder, { recursive: true });
  return { code, words: new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout) };
}

test("an unplugged printer is waited for and taken again under its link, at the host's rate", async () => {
  await withTap([], async ({ printer, tap }) => {
    const host = openHost(tap.link);
    const before = Deno.readLinkSync(tap.link);
    host.write("M105\n");
    await printer.reads("M105\n");
    printer.unplug();
    await tap.says("printer-lost");
    host.write("G1 X10\nG1 X");
    await pause(300);
    // Another pty is opened in between, so that the printer comes back under another name.
    const other = openPty(libc, 9600);
    const again = PrinterEnd.at(printer.path);
    libc.call.close(other.masterFd);
    await tap.says("printer-back: 11 of the host's bytes");
    host.write("20 F3000\nM105\n");
    await again.reads("M105\n");
    assert.is(again.text, "M105\n", "a cut line and what came while unplugged stay away");
    again.write("ok T:21\n");
    await host.reads("ok T:21\n");
    assert.is(Deno.readLinkSync(tap.link), before, "the host keeps its port");
    assert.is(baudOf(getTermios(libc, again.fd)), 115_200);
    host.close();
    again.close();
  });
});

test("a port that isn't there is refused with code 2, or waited for if asked", async () => {
  const { code, words } = await refusal("--port", "/dev/serial/by-id/none", "--printer", "p");
  assert.is(code, 2);
  assert.match(words, /Cannot open \/dev\/serial\/by-id\/none: .*no such port is there/);

  const folder = await Deno.makeTempDir();
  const tap = new TapProcess(folder, `${folder}/usb-printer`, "--wait");
  await tap.says("ready");
  const printer = PrinterEnd.at(`${folder}/usb-printer`);
  await tap.says("printer-back");
  printer.close();
  await tap.stop();
  await Deno.remove(folder, { recursive: true });
});

test("a port that is no terminal, or a folder, is refused with code 2", async () => {
  const file = await Deno.makeTempFile();
  const { code, words } = await refusal("--port", file, "--printer", "p");
  assert.is(code, 2);
  assert.match(words, /a serial port was required, but it is not a terminal device/);
  const folder = await refusal("--port", "/tmp", "--printer", "p");
  assert.is(folder.code, 2);
  assert.match(folder.words, /Cannot open \/tmp: a serial port was required/);
  await Deno.remove(file);
});

test("a port without permission is refused with code 2 and the way out", async () => {
  if (libc.call.getuid() !== 0) return console.log("SKIPPED: only root can drop its rights here");
  const folder = await Deno.makeTempDir();
  const printer = PrinterEnd.at(`${folder}/usb-printer`);
  await Deno.chmod(printer.pty.slavePath, 0o600);
  const script = `import { loadLibc } from "${new URL(
    "../../../edge/serial/libc.ts",
    import.meta.url,
  )}";
    import { files } from "${new URL("../../../edge/serial/files.ts", import.meta.url)}";
    import { openDevice } from "${new URL("../../../edge/serial/open_device.ts", import.meta.url)}";
    const libc = loadLibc();
    console.log(openDevice(libc, files(libc), "${printer.pty.slavePath}", { baud: 115200 }).issue);`;
  const { stdout } = await asNobody(script);
  assert.match(stdout, /permission to read and write was required.*dialout/);
  printer.close();
  await Deno.remove(folder, { recursive: true });
});

/** Runs a script without root's rights. */
async function asNobody(script: string): Promise<{ stdout: string; stderr: string }> {
  const home = await Deno.makeTempDir();
  await Deno.chmod(home, 0o777);
  const args = ["--reuid=65534", "--clear-groups", Deno.execPath(), "eval", script];
  const command = new Deno.Command("setpriv", { args, env: { DENO_DIR: home, HOME: home } });
  const { stdout, stderr } = await command.output();
  await Deno.remove(home, { recursive: true });
  return { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

test("a second tap on the same port is refused and told who has it", async () => {
  await withTap([], async ({ printer, tap }) => {
    const { code, words } = await refusal("--port", printer.path, "--printer", "q");
    assert.is(code, 2);
    assert.match(words, new RegExp(`process ${tap.child.pid} \\(.*has it open`));
    const host = openHost(tap.link);
    host.write("M105\n");
    await printer.reads("M105\n");
    host.close();
  });
});

test("a port that another program has open is refused, and the program named", async () => {
  const folder = await Deno.makeTempDir();
  const printer = PrinterEnd.at(`${folder}/usb-printer`);
  // A shell opens the port for the sleeper, without any lock.
  const shell = new Deno.Command("sh", {
    args: ["-c", `exec 3<>${printer.pty.slavePath}; exec sleep 60`],
  })
    .spawn();
  await until(
    "the other program",
    () => holdersOf(disk, printer.pty.slavePath, libc.call.getpid()).length === 1,
  );
  const { code, words } = await refusal("--port", printer.path, "--printer", "p");
  assert.is(code, 2);
  assert.match(words, new RegExp(`process ${shell.pid} \\(sleep 60\\) has it open`));
  shell.kill();
  await shell.status;
  printer.close();
  await Deno.remove(folder, { recursive: true });
});

test("wrong flags are refused with code 2 and say what was required", async () => {
  const cases: [string[], RegExp][] = [
    [["--printer", "p"], /--port with the path of a serial port was required/],
    [["--port", "/dev/x", "--printer", "a b"], /--printer: a name of \[A-Za-z0-9_-\]/],
    [["--port", "/dev/x", "--printer", "p", "--baud", "fast"], /--baud: a whole number from 1/],
    [["--port", "/dev/x", "--printer", "p", "--replay-mib", "0"], /--replay-mib: a whole number/],
    [["--port", "/dev/x", "--printer", "p", "--colour"], /--colour/],
  ];
  for (const [args, words] of cases) {
    const refused = await refusal(...args);
    assert.is(refused.code, 2, args.join(" "));
    assert.match(refused.words, words);
  }
  const help = await refusal("--help");
  assert.is(help.code, 0);
  assert.match(help.words, /Usage: deno task tap/);
});

test("a second opener of the host's port is refused, or reported if it is root", async () => {
  await withTap([], async ({ printer, tap }) => {
    const watcher = new Watcher(tap.socket);
    const host = openHost(tap.link);
    await tap.says("host-open");
    if (libc.call.getuid() === 0) {
      const { stdout, stderr } = await asNobody(`
        const lib = Deno.dlopen("libc.so.6", { open: { parameters: ["buffer", "i32"], result: "i32" },
          __errno_location: { parameters: [], result: "pointer" } });
        const path = new TextEncoder().encode("${Deno.readLinkSync(tap.link)}\\0");
        const fd = lib.symbols.open(path, 258);
        console.log(fd + " " + new Deno.UnsafePointerView(lib.symbols.__errno_location()).getInt32());`);
      assert.match(stdout, /^-1 (16|13)\b/, `busy, or not even permitted: ${stdout}${stderr}`);
      const intruder = openHost(tap.link);
      await watcher.sees(
        "the second opener",
        (each) => each.type === "link" && each.event === "second-opener",
      );
      intruder.close();
    } else {
      assert.throws(() => openHost(tap.link), /busy/);
    }
    host.write("M105\n");
    await printer.reads("M105\n");
    host.close();
    await watcher.stop();
  });
});

test("two taps can't share a socket", async () => {
  await withTap([], async ({ folder, tap }) => {
    const other = PrinterEnd.at(`${folder}/usb-other`);
    const args = ["--port", other.path, "--printer", "q", "--socket", tap.socket];
    const { code, words } = await refusal(...args);
    assert.is(code, 2);
    assert.match(words, /another program already answers there/);
    other.close();
  });
});

test("bypass hands the real port through and takes it back", async () => {
  await withTap(["--orders"], async ({ printer, tap }: Scene) => {
    const watcher = new Watcher(tap.socket);
    const host = openHost(tap.link);
    await watcher.sees("the host", (each) => each.type === "link" && each.event === "host-open");
    assert.equal(await watcher.source.orders.bypass(true), { ok: true, value: "bypass is on" });
    assert.is(Deno.readLinkSync(tap.link), printer.path);
    assert.ok(libc.call.read(host.fd, new Uint8Array(1), 1) <= 0, "the host is hung up");
    assert.is(host.writeSome(new Uint8Array(1)), -1);
    host.close();
    const flasher = new Deno.Command("sh", {
      args: ["-c", `exec 3<>${tap.link}; printf 'sync' >&3; exec sleep 60`],
    }).spawn();
    await printer.reads("sync");
    assert.equal(watcher.lines("sent"), [], "nothing is mirrored");
    const early = await watcher.source.orders.bypass(false);
    assert.is(early.ok, false, "the flasher still has the port");
    flasher.kill();
    await flasher.status;
    assert.equal(await watcher.source.orders.bypass(false), { ok: true, value: "bypass is off" });
    const again = openHost(tap.link);
    again.write("M105\n");
    await printer.reads("M105\n");
    again.close();
    assert.equal(watcher.events().filter((each) => each.startsWith("bypass")), [
      "bypass-on",
      "bypass-off",
    ]);
    await watcher.stop();
  });
});

test("--bypass starts with the port handed through, and says so to whoever watches", async () => {
  await withTap(["--bypass"], async ({ printer, tap }) => {
    const watcher = new Watcher(tap.socket);
    await watcher.sees("bypass", (each) => each.type === "link" && each.event === "bypass-on");
    const host = openHost(tap.link);
    host.write("M115\n");
    await printer.reads("M115\n");
    host.close();
    await watcher.stop();
  });
});

test("Klipper's frames cross untouched and are reported, text makes the tap see again", async () => {
  await withTap([], async ({ printer, tap }) => {
    const watcher = new Watcher(tap.socket);
    const host = openHost(tap.link);
    // Empty message blocks, as Klipper acknowledges with: length, sequence, CRC, sync.
    const block = new Uint8Array([0x05, 0x10, 0x9e, 0x81, 0x7e]);
    for (let i = 0; i < 5; i++) host.writeSome(block);
    await watcher.sees("blind", (each) => each.type === "link" && each.event === "blind");
    await until("all blocks", () => (printer.poll(), printer.bytes >= 25));
    assert.equal(printer.all.slice(0, 5), block);
    for (let i = 0; i < 12; i++) host.write(`N${i} M105*23\n`);
    await watcher.sees("seeing", (each) => each.type === "link" && each.event === "seeing");
    host.write("M110\n");
    await watcher.sees("a line", (each) => each.type === "sent" && each.line === "M110");
    host.close();
    await watcher.stop();
  });
});

test.run();
