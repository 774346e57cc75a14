import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Observation } from "../../../../edge/source/observation.ts";
import { LogFile } from "../../../../edge/source/replay/log_file.ts";
import { bytesOf, fixture, openLog, readAll, withFile } from "./read_log.ts";

const test = suite("a log as a source");

type Of<T extends Observation["type"]> = Extract<Observation, { type: T }>;
const only = <T extends Observation["type"]>(seen: Observation[], type: T) =>
  seen.filter((one): one is Of<T> => one.type === type);
const rounded = (seconds: number) => Math.round(seconds * 1000) / 1000;

test("a transcript tells both directions at its own times and a tick each second", async () => {
  const log = await openLog(fixture("transcript.jsonl"));
  const seen = await readAll(log);
  assert.is(log.format.name, "transcript");
  assert.equal(only(seen, "sent").map(({ eventTimeS, line }) => [eventTimeS, line]), [
    [0.5, "M105"],
    [3, "N1 M104 S200*103"],
    [4, "N2 M105*37"],
  ]);
  assert.equal(only(seen, "received").map(({ eventTimeS }) => eventTimeS), [0.51, 3.01, 4.01]);
  assert.equal(only(seen, "tick").map(({ eventTimeS }) => eventTimeS), [1.5, 2.5, 3.5]);
});

test("a line without sense and one at an impossible time are counted, the cut end is told apart", async () => {
  const log = await openLog(fixture("transcript.jsonl"));
  await readAll(log);
  const { lines, rows, broken, firstBroken, cutOff } = log.counts;
  assert.equal({ lines, rows, broken, cutOff }, { lines: 10, rows: 6, broken: 2, cutOff: true });
  assert.is(firstBroken?.line, 7);
});

test("an OctoPrint serial.log counts seconds from its first line and knows the time of day", async () => {
  const log = await openLog(fixture("serial.log"));
  const seen = await readAll(log);
  assert.is(log.format.name, "OctoPrint serial.log");
  assert.equal(only(seen, "sent").map(({ line }) => line), [
    "N0 M110 N0*125",
    "N1 M115*39",
    "M155 S2",
    "N2 M104 S200*97",
    "N3 G1 X10 Y10 E0.5*86",
    "N3 G1 X10 Y10 E0.5*86",
  ]);
  const [first] = only(seen, "sent");
  assert.is(rounded(first!.eventTimeS), 0.409);
  assert.is(log.clockText(first!.eventTimeS), "2024-05-01 12:34:50");
  assert.equal(only(seen, "link").map(({ event }) => event), ["host-open", "host-closed"]);
  assert.is(only(seen, "received").at(-1)?.line, " T:25.12 /200.00 B:23.91 /0.00 @:127 B@:0");
});

test("a serial.log's tracebacks are no broken lines, a line cut in its date is one", async () => {
  const log = await openLog(fixture("serial.log"));
  await readAll(log);
  assert.is(log.counts.broken, 1);
  assert.is(log.counts.firstBroken?.text, "2024-05-01 12:34:56,8");
});

test("a klippy.log tells the bed and the hotend that is heated, and names the heaters left out", async () => {
  const log = await openLog(fixture("klippy.log"));
  const heaters = only(await readAll(log), "heater");
  const hotend = heaters.filter(({ heater }) => heater === "hotend");
  assert.equal(hotend.map(({ eventTimeS, measuredC, duty }) => [eventTimeS, measuredC, duty]), [
    [12050.1, 22, 0],
    [12051.1, 22.1, 0],
    [12051.1, 21.9, 1],
    [12054.1, 31.8, 1],
    [12080.1, 29, 0],
    [12081.1, 28.7, 0],
    [12082.1, 28.4, 0],
  ]);
  assert.is(heaters.filter(({ heater }) => heater === "bed").length, 7);
  assert.match(log.notes()[0]!, "not looked at: chamber");
});

test("what Klipper repeats between its shutdown and its restart is left out", async () => {
  const log = await openLog(fixture("klippy.log"));
  const heaters = only(await readAll(log), "heater");
  assert.not.ok(heaters.some(({ eventTimeS }) => eventTimeS > 12054.5 && eventTimeS < 12080));
  assert.match(log.notes()[1]!, "Klipper shut down once");
});

test("a klippy.log's times are told in UTC once it says when it started", async () => {
  const log = await openLog(fixture("klippy.log"));
  await readAll(log);
  assert.is(log.clockText(12081.1), "2023-05-06T16:30:12Z");
  assert.is(log.counts.broken, 0);
});

test("empty cells of a heater CSV are no readings and never zeros", async () => {
  const log = await openLog(fixture("heaters.csv"));
  const heaters = only(await readAll(log), "heater");
  const at = (timeS: number) => heaters.filter((one) => rounded(one.eventTimeS) === timeS);
  assert.equal(at(695604.1).map(({ heater }) => heater), ["hotend"]);
  assert.equal(at(695606.1).map(({ duty }) => duty), [null, 1]);
  assert.is(log.counts.broken, 1);
});

test("a log that starts anew goes on after a gap, and its own times are kept", async () => {
  const log = await openLog(fixture("heaters.csv"));
  const seen = await readAll(log);
  const [gap] = only(seen, "gap");
  assert.is(gap?.sinceS, 695606.1);
  assert.is(rounded(gap!.eventTimeS - gap!.sinceS), 60);
  const last = seen.at(-1)!;
  assert.is(rounded(last.eventTimeS), 695667.1);
  assert.is(rounded(log.ownTimeS(last.eventTimeS)), 21.1);
  assert.is(rounded(log.ownTimeS(695603.1)), 695603.1);
  assert.is(rounded(log.coveredS), 5);
});

test("times of one log never run backwards, whatever the log does", async () => {
  for (const name of ["transcript.jsonl", "serial.log", "klippy.log", "heaters.csv"]) {
    let lastS = -Infinity;
    for (const { eventTimeS, type } of await readAll(await openLog(fixture(name)))) {
      assert.ok(eventTimeS >= lastS, `${name}: ${type} at ${eventTimeS} after ${lastS}`);
      lastS = eventTimeS;
    }
  }
});

test("the same log gives the same observations each time", async () => {
  const path = fixture("serial.log");
  assert.equal(await readAll(await openLog(path)), await readAll(await openLog(path)));
});

test("Windows line ends, a byte order mark, semicolons and quotes are nothing special", async () => {
  const text = '\ufeff"t";"ext_target";"ext_temp";"ext_pwm"\r\n1;0;22.5;0\r\n2;0;22.6;0\r\n';
  await withFile(text, async (path) => {
    const log = await openLog(path);
    const seen = only(await readAll(log), "heater");
    assert.equal(seen.map(({ measuredC }) => measuredC), [22.5, 22.6]);
    assert.is(log.counts.broken, 0);
  });
});

test("a run of zero bytes after a power cut costs one broken line and no good one", async () => {
  const text = "t,ext_target,ext_temp,ext_pwm\n1,0,22,0\n\0\0\0\0\0" + "2,0,22,0\n3,0,22,0\n";
  await withFile(text, async (path) => {
    const log = await openLog(path);
    assert.is(only(await readAll(log), "heater").length, 3);
    assert.is(log.counts.broken, 1);
  });
});

test("a line without an end is left out as broken, however long", async () => {
  const row = (t: number) => `{"t":${t},"dir":">","line":"M105"}\n`;
  await withFile(row(1) + "x".repeat(300_000) + "\n" + row(2), async (path) => {
    const log = await openLog(path);
    assert.is(only(await readAll(log), "sent").length, 2);
    assert.is(log.counts.broken, 1);
  });
});

test("lines and characters may be cut anywhere between two chunks", async () => {
  const line = (t: number) => `{"t":${t},"dir":"<","line":"echo:wärmer ✓ ${"y".repeat(t % 97)}"}`;
  const lines = Array.from({ length: 3000 }, (_, t) => line(t));
  await withFile(lines.join("\n"), async (path) => {
    const log = await openLog(path);
    const received = only(await readAll(log), "received");
    assert.is(received.length, 3000);
    assert.ok(received.every(({ line }) => line.startsWith("echo:wärmer ✓ ")));
    assert.is(log.counts.cutOff, false);
  });
});

const REFUSED: [name: string, content: string | Uint8Array, says: RegExp][] = [
  ["an empty file", "", /got an empty file/],
  ["white space", "\n\n  \n", /got a file without text/],
  ["random bytes", crypto.getRandomValues(new Uint8Array(5000)), /got (a binary file|text of)/],
  ["a gzip archive", new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3]), /gzip archive; unpack it first/],
  ["a zip archive", bytesOf("PK\x03\x04whatever"), /zip archive; unpack it first/],
  ["a picture", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d]), /got a picture/],
  ["UTF-16", new Uint8Array([0xff, 0xfe, 0x53, 0, 0x74, 0]), /UTF-16; save it again as UTF-8/],
  ["a job", "; sliced\nG28\nM104 S200\nG1 X1 E1\n", /G-code.*--job/],
  ["a web page", "<!DOCTYPE html><html></html>", /got a web page/],
  ["other JSON lines", '{"level":30,"msg":"hello"}\n', /JSON of another kind: '{"level"/],
  ["another table", "time,tool,bed\n1,2,3\n", /table with other columns: 'time,tool,bed'/],
  [
    "half a heater table",
    "t,ext_temp,bed_temp\n1,2,3\n",
    /ext_target, ext_temp and ext_pwm.* got t, ext_temp, bed_temp/,
  ],
  ["a letter", "Dear printer,\nplease print\n", /text of another kind: 'Dear printer,'/],
  [
    "octoprint.log",
    "2018-05-28 11:49:56,189 - octoprint.util.comm - INFO - Changing\n",
    /octoprint.log/,
  ],
  [
    "a serial.log that was off",
    "2021-01-02 10:00:00,123 - serial.log is currently not enabled, you can enable it via Settings",
    /switched off/,
  ],
  ["OctoPrint's terminal", "Send: N1 M105*36\nRecv: ok T:21 /0\n", /without times/],
];

for (const [name, content, says] of REFUSED) {
  test(`${name} is refused with what was required and what came`, async () => {
    await withFile(content, async (path) => {
      const opened = await LogFile.open(path);
      assert.not.ok(opened.ok);
      if (opened.ok) return;
      assert.match(opened.issue, /^Cannot replay '.*required/);
      assert.match(opened.issue, says);
      assert.not.match(opened.issue, /\.$/);
    });
  });
}

test("a folder and a missing file are refused in a sentence", async () => {
  for (
    const [path, says] of [["/", /got a folder/], ["/nowhere/at.all", /there is none/]] as const
  ) {
    const opened = await LogFile.open(path);
    assert.not.ok(opened.ok);
    if (!opened.ok) assert.match(opened.issue, says);
  }
});

test.run();
