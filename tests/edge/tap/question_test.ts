import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DIR } from "../../../edge/tap/frame.ts";
import { Lane } from "../../../edge/tap/lane.ts";
import { OrderDesk } from "../../../edge/tap/order_desk.ts";
import { plainLaneIo } from "../../../scripts/fuzz/plain_lane_io.ts";

const ID = "11111111-1111-4111-8111-111111111111";

/** Both lanes between strings, and a desk over them. */
class Bench {
  readonly said: string[] = [];
  host = "";
  printer = "";
  mirrored = "";
  nowMs = 0;
  #fromHost = "";
  #fromPrinter = "";
  readonly toPrinter = this.#lane(DIR.hostToPrinter, () => this.#fromHost, (text) => {
    this.#fromHost = text;
  }, (text) => this.printer += text);
  readonly toHost = this.#lane(DIR.printerToHost, () => this.#fromPrinter, (text) => {
    this.#fromPrinter = text;
  }, (text) => this.host += text);
  readonly desk = new OrderDesk({
    allowed: true,
    link: {
      toPrinter: this.toPrinter,
      toHost: this.toHost,
      state: { host: true, printer: true, bypass: false, held: false, blind: null, baud: 115_200 },
      bypass: () => null,
    },
    acknowledge: (_id, issue, detail) => this.said.push(issue ?? detail),
    say: (event) => this.said.push(event),
    noteHold: () => {},
  });

  #lane(
    dir: 1 | 2,
    get: () => string,
    set: (text: string) => void,
    write: (text: string) => void,
  ): Lane {
    return new Lane(
      plainLaneIo({
        read(into, bytesMax) {
          const text = get().slice(0, bytesMax);
          set(get().slice(text.length));
          return new TextEncoder().encodeInto(text, into).written;
        },
        write(from, bytes) {
          write(new TextDecoder().decode(from.subarray(0, bytes)));
          return bytes;
        },
      }),
      dir,
      (way, bytes, start, length) => {
        const text = new TextDecoder().decode(bytes.subarray(start, start + length));
        if (way === DIR.printerToHost) this.mirrored += text;
      },
    );
  }

  hostSays(text: string): void {
    this.#fromHost += text;
    this.toPrinter.onReadable();
  }

  printerSays(text: string): void {
    this.#fromPrinter += text;
    this.toHost.onReadable();
  }

  ask(line: "M115" | "M503"): void {
    this.desk.take({ v: 1, id: ID, type: "ask", line }, this.nowMs);
  }

  pass(ms: number): void {
    for (let gone = 0; gone < ms; gone += 200) {
      this.nowMs += 200;
      this.desk.tick(this.nowMs);
    }
  }
}

const test = suite("a question of the agent's");

test("goes out in silence, and its answer reaches the mirror but not the host", () => {
  const bench = new Bench();
  bench.hostSays("M105\n");
  bench.printerSays("ok T:20\n");
  bench.ask("M503");
  assert.is(bench.printer, "M105\n");
  bench.pass(1200);
  assert.is(bench.printer, "M105\nM503\n");
  bench.printerSays("echo:  M92 X80\necho:  M2");
  bench.printerSays("01 X3000\no");
  bench.printerSays("k\n T:20 /0\n");
  bench.pass(200);
  assert.is(bench.host, "ok T:20\n T:20 /0\n");
  assert.is(bench.mirrored, "ok T:20\necho:  M92 X80\necho:  M201 X3000\nok\n T:20 /0\n");
  assert.equal(bench.said, ["asked and answered"]);
});

test("gives way to a host that has something to say", () => {
  const bench = new Bench();
  bench.ask("M115");
  bench.pass(400);
  bench.hostSays("G28\n");
  bench.pass(200);
  assert.is(bench.printer, "G28\n");
  assert.equal(bench.said, ["the host has something to say"]);
});

test("lets what the host says during the answer follow it", () => {
  const bench = new Bench();
  bench.ask("M115");
  bench.pass(1200);
  bench.hostSays("M105\n");
  assert.is(bench.printer, "M115\n");
  bench.printerSays("FIRMWARE_NAME:Marlin\nok\n");
  bench.pass(200);
  assert.is(bench.printer, "M115\nM105\n");
  bench.printerSays("ok T:20\n");
  assert.is(bench.host, "ok T:20\n");
});

test("is given up on a line that is never silent, and where no answer comes", () => {
  const bench = new Bench();
  bench.ask("M115");
  for (let i = 0; i < 40; i++) {
    bench.printerSays(" T:20 /0\n");
    bench.pass(200);
  }
  assert.equal(bench.said, ["the line is never silent"]);
  const mute = new Bench();
  mute.ask("M115");
  mute.pass(8000);
  assert.equal(mute.said, ["no answer came"]);
  mute.printerSays("ok\n");
  assert.is(mute.host, "ok\n");
});

test("is refused while lines are withheld, and ends with the host's session", () => {
  const bench = new Bench();
  bench.desk.take({ v: 1, id: ID, type: "hold", leaseS: 10, latched: false }, 0);
  bench.ask("M115");
  assert.ok(bench.said.includes("lines are withheld already"));
  const gone = new Bench();
  gone.ask("M115");
  gone.pass(1200);
  gone.desk.end("the host left");
  assert.equal(gone.said, ["the host left"]);
  gone.printerSays("ok\n");
  assert.is(gone.host, "ok\n");
});

test.run();
