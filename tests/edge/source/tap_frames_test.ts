import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Observation, SourcePosition } from "../../../edge/source/observation.ts";
import { LINE_CHARS_MAX, LineSplitter } from "../../../edge/source/line_splitter.ts";
import { LOOK_BACK_FRAMES, TapFrames } from "../../../edge/source/tap_frames.ts";
import type { TapControl, TapEvent } from "../../../edge/tap/control.ts";
import { encodeControl } from "../../../edge/tap/encode_control.ts";
import { DIR, type Dir, type Frame } from "../../../edge/tap/frame.ts";

const test = suite("tap frames");
const BOOT = "01234567-89ab-4def-8123-456789abcdef";
const TAP = "11111111-1111-4111-8111-111111111111";
const OTHER_TAP = "22222222-2222-4222-8222-222222222222";
const STATE = { host: true, printer: true, bypass: false, held: false, blind: null, baud: 115_200 };

function frame(seq: number, dir: Dir, bytes: Uint8Array, bootId = BOOT): Frame {
  return { v: 1, bootId, seq, eventTimeNs: seq * 1e9, dir, bytes };
}

const text = (seq: number, dir: Dir, chars: string) =>
  frame(seq, dir, Uint8Array.from(chars, (char) => char.charCodeAt(0)));
const down = (seq: number, chars: string) => text(seq, DIR.hostToPrinter, chars);
const up = (seq: number, chars: string) => text(seq, DIR.printerToHost, chars);
const control = (seq: number, what: TapControl) => frame(seq, DIR.control, encodeControl(what));
const link = (seq: number, event: TapEvent) => control(seq, { type: "link", event, detail: "" });
const hello = (oldestSeq: number, nextSeq: number, tapId = TAP, state = {}) =>
  control(nextSeq - 1, {
    type: "hello",
    tapId,
    printer: "p",
    oldestSeq,
    nextSeq,
    orders: false,
    state: { ...STATE, ...state },
  });

/** Feeds a connection's frames and gives all observations. */
function feed(frames: TapFrames, ...connection: Frame[]): Observation[] {
  const [first, ...rest] = connection;
  if (first === undefined || !frames.begin(first)) throw new Error("no hello");
  return rest.flatMap((each) => {
    const { observations } = frames.step(each);
    frames.settle(each);
    return observations;
  });
}

test("lines come out with the time of their end, whatever the pieces", () => {
  const seen = feed(
    new TapFrames(null),
    hello(1, 1),
    down(1, "G1 X1"),
    up(2, "ok T:2"),
    down(3, "0\nM105\r\nG"),
    up(4, "0\n\n"),
    down(5, "28\n"),
  );
  assert.equal(seen, [
    { type: "sent", eventTimeS: 3, line: "G1 X10", origin: "host" },
    { type: "sent", eventTimeS: 3, line: "M105", origin: "host" },
    { type: "received", eventTimeS: 4, line: "ok T:20" },
    { type: "sent", eventTimeS: 5, line: "G28", origin: "host" },
  ]);
});

test("an agent's line is its own, and what it told the host is no observation", () => {
  const seen = feed(
    new TapFrames(null),
    hello(1, 1),
    text(1, DIR.agentToPrinter, "M104 S0\n"),
    text(2, DIR.agentToHost, "//action:pause\n"),
  );
  assert.equal(seen, [{ type: "sent", eventTimeS: 1, line: "M104 S0", origin: "agent" }]);
});

test("heartbeats tick, events are told, orders' answers are handed on", () => {
  const frames = new TapFrames(null);
  const id = "33333333-3333-4333-8333-333333333333";
  const seen = feed(frames, hello(1, 1), link(1, "host-open"), control(1, { type: "heartbeat" }));
  assert.equal(seen.map((each) => each.type), ["link", "tick"]);
  const ack: TapControl = { type: "ack", id, result: "applied", detail: "" };
  assert.equal(frames.step(control(2, ack)).ack, ack);
  assert.is(frames.step(control(2, { type: "bye", reason: "stopped" })).bye, "stopped");
});

test("nothing is a beginning but a hello", () => {
  const frames = new TapFrames(null);
  assert.not(frames.begin(control(1, { type: "heartbeat" })));
  assert.not(frames.begin(down(1, "x\n")));
});

test("while blind there are no lines, and the first one afterwards is whole", () => {
  const seen = feed(
    new TapFrames(null),
    hello(1, 1),
    down(1, "G1 X1\n"),
    link(2, "blind"),
    down(3, "\x05\x10\n\x7e garbage\nhalf of a li"),
    link(4, "seeing"),
    down(5, "ne\nM105\n"),
  );
  assert.equal(seen.map((each) => each.type === "sent" ? each.line : each.type), [
    "G1 X1",
    "link",
    "link",
    "M105",
  ]);
});

test("a line that begins right after the blindness is not lost with it", () => {
  const seen = feed(
    new TapFrames(null),
    hello(1, 1),
    link(1, "blind"),
    down(2, "N0 M105*23\nN1 M105*23\n"),
    link(3, "seeing"),
    down(4, "M110\n"),
  );
  assert.equal(seen.map((each) => each.type === "sent" ? each.line : each.type), [
    "link",
    "link",
    "M110",
  ]);
});

test("a line cut by an unplugged printer is never joined with another", () => {
  const seen = feed(
    new TapFrames(null),
    hello(1, 1),
    down(1, "G1 X"),
    up(2, "ok T:"),
    link(3, "printer-lost"),
    link(4, "printer-back"),
    down(5, "M105\n"),
    up(6, "start\n"),
  );
  assert.equal(seen.slice(2).map((each) => "line" in each ? each.line : ""), ["M105", "start"]);
});

test("going on gives every line once, even one that was begun before", () => {
  const stream = [
    down(1, "N1 G28\nN2 G"),
    up(2, "ok\nok T:20"),
    down(3, "1 X1\nN3"),
    up(4, ".5\n"),
    down(5, " G1 X2\n"),
    up(6, "ok\n"),
  ];
  const whole = feed(new TapFrames(null), hello(1, 7), ...stream);
  for (let cut = 0; cut <= stream.length; cut++) {
    const first = new TapFrames(null);
    const before = feed(first, hello(1, 7), ...stream.slice(0, cut));
    const second = new TapFrames(first.position);
    assert.equal(second.resumeAfter, { tapId: TAP, seq: 0 });
    const after = feed(second, hello(1, 7), ...stream);
    assert.equal([...before, ...after], whole, `cut after ${cut} frames`);
  }
});

test("a connection that begins in the midst of a line leaves that line out", () => {
  const position: SourcePosition = { bootId: BOOT, runId: TAP, seq: 5000 };
  const frames = new TapFrames(position);
  assert.equal(frames.resumeAfter, { tapId: TAP, seq: 5000 - LOOK_BACK_FRAMES });
  const seen = feed(frames, hello(1, 5003), down(5000, "X7\nG1 X"), down(5001, "8\nG1 X9\n"));
  assert.equal(seen.map((each) => each.type === "sent" && each.line), ["G1 X8", "G1 X9"]);
});

test("what was overwritten is told once, with how things stand afterwards", () => {
  const frames = new TapFrames({ bootId: BOOT, runId: TAP, seq: 100 });
  const gap: TapControl = {
    type: "gap",
    fromSeq: 1,
    missedFrames: 199,
    nextSeq: 203,
    state: { ...STATE, blind: "MeatPack" },
  };
  const seen = feed(
    frames,
    hello(200, 203),
    { ...control(199, gap), eventTimeNs: 203e9 },
    down(200, "cut\nG1 X1\n"),
    up(202, "x\nok\n"),
  );
  assert.equal(seen.map((each) => each.type), ["gap", "sent", "received"]);
  assert.equal(seen[0], {
    type: "gap",
    eventTimeS: 200,
    sinceS: 200,
    missedFrames: 99,
    reason: "the tap's memory had been overwritten",
  });
  const later = frames.step(control(202, { type: "heartbeat" })).observations;
  assert.equal(later.map((each) => each.type === "link" ? each.event : each.type), [
    "blind",
    "bypass-off",
    "tick",
  ]);
});

test("an overwritten stretch that was seen before is no gap", () => {
  const frames = new TapFrames({ bootId: BOOT, runId: TAP, seq: 600 });
  const gap: TapControl = {
    type: "gap",
    fromSeq: 89,
    missedFrames: 411,
    nextSeq: 700,
    state: STATE,
  };
  const seen = feed(frames, hello(500, 700), control(499, gap), down(500, "a\n"), down(601, "b\n"));
  assert.equal(seen, [{ type: "sent", eventTimeS: 601, line: "b", origin: "host" }]);
});

test("a tap started anew is a gap, and its frames are counted anew", () => {
  const frames = new TapFrames({ bootId: BOOT, runId: OTHER_TAP, seq: 90_000 });
  const seen = feed(frames, hello(1, 3), down(1, "G28\n"), up(2, "ok\n"));
  assert.equal(seen.map((each) => each.type), ["gap", "sent", "received"]);
  assert.match(seen[0]?.type === "gap" ? seen[0].reason : "", /anew/);
  assert.equal(frames.position, { bootId: BOOT, runId: TAP, seq: 2 });
});

test("an agent that comes late says that it knows nothing of before", () => {
  const seen = feed(
    new TapFrames(null),
    hello(500, 502, TAP, { printer: false }),
    up(500, "x\nok\n"),
    up(501, "ok\n"),
  );
  assert.equal(seen.map((each) => each.type), ["gap", "received", "received"]);
});

test("a control frame that breaks its schema is counted and left out", () => {
  const frames = new TapFrames(null);
  const odd = frame(1, DIR.control, new TextEncoder().encode('{"type":"what"}'));
  assert.equal(feed(frames, hello(1, 1), odd, down(2, "G28\n")).length, 1);
  assert.is(frames.garbledFrames, 1);
});

test("a line splitter keeps every byte as one character", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i).filter((i) => i !== 10 && i !== 13);
  const [line] = new LineSplitter().push(Uint8Array.from([...bytes, 10]));
  assert.is(line?.length, 254);
  assert.ok([...line ?? ""].every((char, i) => char.charCodeAt(0) === bytes[i]));
});

test("an endless line is cut and counted, and the next one is whole", () => {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  for (let i = 0; i < 100; i++) lines.push(...splitter.push(new Uint8Array(1000).fill(65)));
  lines.push(...splitter.push(Uint8Array.from([10, 66, 10])));
  assert.equal(lines.map((line) => line.length), [LINE_CHARS_MAX, 1]);
  assert.is(splitter.overlong, 1);
});

test.run();
