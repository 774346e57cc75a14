import { suite } from "uvu";
import * as assert from "uvu/assert";
import { crc16Ccitt, KlipperFrames } from "../../../edge/tap/klipper_frames.ts";
import { Legible } from "../../../edge/tap/legible.ts";
import { seededBytes } from "./rig.ts";

const test = suite("legible");
const encoder = new TextEncoder();

/** Feeds bytes in small pieces at a given rate and gives the words after each change. */
function feed(
  legible: Legible,
  bytes: Uint8Array,
  startS = 0,
  bytesPerS = 11_520,
): (string | null)[] {
  const changes: (string | null)[] = [];
  for (let at = 0; at < bytes.length; at += 13) {
    const length = Math.min(13, bytes.length - at);
    if (legible.step(bytes, at, length, startS + at / bytesPerS)) changes.push(legible.blind);
  }
  return changes;
}

function block(sequence: number, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 5);
  bytes[0] = bytes.length;
  bytes[1] = 0x10 | sequence & 0x0f;
  bytes.set(content, 2);
  const crc = crc16Ccitt(bytes, 0, bytes.length - 3);
  bytes.set([crc >> 8, crc & 0xff, 0x7e], bytes.length - 3);
  return bytes;
}

function blocks(count: number): Uint8Array {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push(...block(i, seededBytes(i + 1, i * 7 % 59)));
  return Uint8Array.from(all);
}

function lines(count: number): Uint8Array {
  let text = "";
  for (let i = 0; i < count; i++) text += `N${i} G1 X${i}.5 Y${i % 7} E0.0${i % 10}*${i % 128}\n`;
  return encoder.encode(text);
}

/** A print in Repetier's binary form: flags, line number, G1, three floats, Fletcher's sum. */
function repetierMoves(count: number): Uint8Array {
  const packet = new Uint8Array(19), view = new DataView(packet.buffer);
  const all: number[] = [];
  for (let move = 0; move < count; move++) {
    // Bits of N, G, X, Y and E, and the one that tells a packet from a line of text.
    view.setUint16(0, 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 6 | 1 << 7, true);
    view.setUint16(2, move, true);
    packet[4] = 1;
    view.setFloat32(5, 100 + 10 * Math.sin(move / 9), true);
    view.setFloat32(9, 100 + 10 * Math.cos(move / 9), true);
    view.setFloat32(13, move * 0.0433, true);
    let low = 0, high = 0;
    for (let at = 0; at < 17; at++) high = (high + (low = (low + packet[at]!) % 255)) % 255;
    packet.set([low, high], 17);
    all.push(...packet);
  }
  return Uint8Array.from(all);
}

test("a host that speaks Repetier's binary protocol is told, and seen again when it stops", () => {
  const legible = new Legible(true);
  const printed = repetierMoves(400);
  assert.equal(feed(legible, printed, 0, 1200), ["bytes that are no text"]);
  assert.equal(feed(legible, lines(20), 10, 1200), [null]);
});

test("the checksum is the published CRC-16/CCITT", () => {
  // CRC-16/MCRF4XX, the same parameters: check value of "123456789".
  assert.is(crc16Ccitt(encoder.encode("123456789"), 0, 9), 0x6f91);
});

test("Klipper's message blocks are counted, wherever the stream begins", () => {
  const frames = new KlipperFrames();
  for (const byte of blocks(500).subarray(3)) frames.step(byte);
  assert.is(frames.blocks, 499);
});

test("Klipper's messages blind after a few, in either direction", () => {
  for (const towardsPrinter of [true, false]) {
    assert.equal(feed(new Legible(towardsPrinter), blocks(40)), ["Klipper MCU messages"]);
  }
});

test("text after Klipper's messages is seen again", () => {
  const legible = new Legible(true);
  feed(legible, blocks(40));
  assert.equal(feed(legible, lines(20)), [null]);
});

test("G-code and Marlin's answers never blind", () => {
  assert.equal(feed(new Legible(true), lines(3000)), []);
  const answers = "ok T:210.0 /210.0 B:60.0 /60.0 @:64 B@:12\r\nok\necho:busy: processing\n";
  assert.equal(feed(new Legible(false), encoder.encode(answers.repeat(500))), []);
});

test("comments in any language never blind", () => {
  const text =
    "G1 X1 ; Schicht für Höhe äöü ß\n;打印 第一层 开始 喷嘴温度 热床温度 回抽 填充\n; слой один\n";
  assert.equal(feed(new Legible(true), encoder.encode(text.repeat(400)), 0, 500), []);
});

test("a few garbled bytes never blind", () => {
  const bytes = lines(3000);
  for (let i = 0; i < bytes.length; i += 37) bytes[i] = 0x80 | bytes[i]!;
  assert.equal(feed(new Legible(true), bytes), []);
});

test("noise at a wrong rate while a printer boots never blinds", () => {
  const legible = new Legible(false);
  assert.equal(feed(legible, seededBytes(9, 6000), 0), []);
  assert.equal(feed(legible, lines(50), 1), []);
  assert.equal(feed(legible, seededBytes(10, 6000), 20), []);
});

test("bytes that are no text for seconds on end blind", () => {
  assert.equal(feed(new Legible(false), seededBytes(5, 60_000)), ["bytes that are no text"]);
});

test("random bytes are hardly ever taken for Klipper's", () => {
  const frames = new KlipperFrames();
  for (const byte of seededBytes(77, 2_000_000)) frames.step(byte);
  assert.ok(frames.blocks < 3, `${frames.blocks} blocks`);
});

test("MeatPack blinds when it is switched on, and no longer when it is switched off", () => {
  const legible = new Legible(true);
  const on = Uint8Array.from([0x0a, 0xff, 0xff, 251]);
  assert.equal(feed(legible, on), ["MeatPack"]);
  assert.equal(feed(legible, seededBytes(3, 500)), []);
  assert.equal(feed(legible, Uint8Array.from([0xff, 0xff, 250])), [null]);
  assert.equal(feed(legible, on), ["MeatPack"]);
  assert.equal(feed(legible, Uint8Array.from([0xff, 0xff, 249])), [null]);
});

test("MeatPack's signal in the printer's noise means nothing", () => {
  assert.equal(feed(new Legible(false), Uint8Array.from([0xff, 0xff, 251, 0xff, 0xff, 251])), []);
});

test("MeatPack's question alone means nothing", () => {
  assert.equal(feed(new Legible(true), Uint8Array.from([0xff, 0xff, 248, 0x0a])), []);
});

test("a binary transfer blinds from its M28 on, until lines come again", () => {
  const legible = new Legible(true);
  assert.equal(feed(legible, encoder.encode("N5 M28 B1 PART.GCO*10\n")), [
    "a binary file transfer",
  ]);
  assert.equal(feed(legible, seededBytes(8, 3000)), []);
  assert.equal(feed(legible, lines(12)), [null]);
});

test("a text transfer doesn't blind", () => {
  const legible = new Legible(true);
  assert.equal(feed(legible, encoder.encode("M28 PART.GCO\nM128 B1\nG1 X28 ;M28 B1\n")), []);
});

test.run();
