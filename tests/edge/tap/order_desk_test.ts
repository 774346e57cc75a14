import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { TapState } from "../../../edge/tap/control.ts";
import { DIR } from "../../../edge/tap/frame.ts";
import { Lane } from "../../../edge/tap/lane.ts";
import { OrderDesk } from "../../../edge/tap/order_desk.ts";
import type { Order } from "../../../edge/tap/orders.ts";
import { plainLaneIo } from "../../../scripts/fuzz/plain_lane_io.ts";

const test = suite("order desk");
const ID = "11111111-1111-4111-8111-111111111111";

type Wish = Order extends infer Each ? Each extends Order ? Omit<Each, "v" | "id"> : never : never;

/** A desk over two lanes of strings, with everything that it says. */
class Office {
  readonly said: string[] = [];
  near = "";
  far = "";
  bypassIssue: string | null = null;
  readonly state: TapState = {
    host: true,
    printer: true,
    bypass: false,
    held: false,
    blind: null,
    baud: 115_200,
  };
  readonly toPrinter = new Lane(
    plainLaneIo({
      read: (into) => {
        const text = this.near;
        this.near = "";
        return new TextEncoder().encodeInto(text, into).written;
      },
      write: (from, bytes) => {
        this.far += new TextDecoder().decode(from.subarray(0, bytes));
        return bytes;
      },
    }),
    DIR.hostToPrinter,
    () => {},
  );
  readonly toHost = new Lane(
    plainLaneIo({ read: () => 0, write: (_, bytes) => bytes }),
    DIR.printerToHost,
    () => {},
  );
  readonly desk: OrderDesk;

  constructor(allowed = true) {
    this.desk = new OrderDesk({
      allowed,
      link: {
        toPrinter: this.toPrinter,
        toHost: this.toHost,
        state: this.state,
        bypass: (on) => {
          this.said.push(`bypass ${on}`);
          return this.bypassIssue;
        },
      },
      acknowledge: (_id, issue, detail) => {
        this.said.push(issue === null ? `yes: ${detail}` : `no: ${issue}`);
      },
      say: (event, detail) => this.said.push(`${event}: ${detail}`),
      noteHold: () => {},
    });
  }

  host(text: string): void {
    this.near = text;
    this.toPrinter.onReadable();
  }

  take(wish: Wish, nowMs = 0): void {
    this.desk.take({ v: 1, id: ID, ...wish }, nowMs);
  }
}

const hold = (leaseS = 10, latched = false): Wish => ({ type: "hold", leaseS, latched });

test("nothing is done where orders aren't allowed", () => {
  const office = new Office(false);
  office.take(hold());
  office.take({ type: "inject", to: "printer", line: "M114" });
  office.take({ type: "bypass", on: true });
  assert.is(office.said.length, 3);
  assert.ok(office.said.every((each) => each.startsWith("no: this tap takes no orders")));
  assert.is(office.far, "");
});

const objections: [string, Partial<TapState>, Wish, RegExp][] = [
  ["a hold without a printer", { printer: false }, hold(), /the printer isn't there/],
  ["a line for no host", { host: false }, { type: "inject", to: "host", line: "x" }, /no host is/],
  [
    "a line for no printer",
    { printer: false },
    { type: "inject", to: "printer", line: "x" },
    /the printer isn't there/,
  ],
  ["a hold of what has no lines", { blind: "MeatPack" }, hold(), /has no lines: MeatPack/],
  ["a hold of a port handed through", { bypass: true }, hold(), /bypass/],
];
for (const [what, state, wish, words] of objections) {
  test(`${what} is refused`, () => {
    const office = new Office();
    Object.assign(office.state, state);
    office.take(wish);
    assert.is(office.said.length, 1);
    assert.match(office.said[0] ?? "", words);
  });
}

test("a hold is acknowledged once it took effect", () => {
  const office = new Office();
  office.host("G1 X");
  office.take(hold());
  office.desk.tick(200);
  assert.equal(office.said, []);
  office.host("1\nG1 X2\n");
  office.desk.tick(400);
  assert.equal(office.said, ["yes: the host's lines are held", "held: leased"]);
  assert.is(office.far, "G1 X1\n");
});

test("a hold that finds no line boundary for five seconds is given up", () => {
  const office = new Office();
  office.host("G1 X");
  office.take(hold());
  office.desk.tick(5000);
  assert.equal(office.said, []);
  office.desk.tick(5001);
  assert.equal(office.said, ["no: no line boundary came in time"]);
  office.host("1\nG1 X2\n");
  assert.is(office.far, "G1 X1\nG1 X2\n");
});

test("a leased hold ends with its lease, a renewed one later, a latched one never", () => {
  const office = new Office();
  office.take(hold(10), 0);
  office.desk.tick(9999);
  assert.ok(office.desk.isHeld);
  office.take(hold(10), 9999);
  office.desk.tick(19_998);
  assert.ok(office.desk.isHeld);
  office.desk.tick(19_999);
  assert.not(office.desk.isHeld);
  assert.is(office.said.at(-1), "released: the agent didn't renew it");
  office.take(hold(10, true), 20_000);
  office.desk.tick(1e12);
  assert.ok(office.desk.isHeld);
  assert.is(office.said.at(-1), "held: latched");
});

test("releasing lets what waited through, in order", () => {
  const office = new Office();
  office.take(hold());
  office.host("G1 X1\nG1 X2\n");
  assert.is(office.far, "");
  office.take({ type: "release" });
  assert.is(office.far, "G1 X1\nG1 X2\n");
  assert.equal(office.said.slice(2), ["released: the agent released it", "yes: released"]);
});

test("releasing what isn't held is harmless", () => {
  const office = new Office();
  office.take({ type: "release" });
  assert.equal(office.said, ["yes: released"]);
});

test("bypass ends a hold first, and its failure is told", () => {
  const office = new Office();
  office.take(hold());
  office.take({ type: "bypass", on: true });
  assert.not(office.desk.isHeld);
  assert.equal(office.said.slice(2), [
    "released: bypass began",
    "bypass true",
    "yes: bypass is on",
  ]);
  office.bypassIssue = "the port is busy";
  office.take({ type: "bypass", on: false });
  assert.is(office.said.at(-1), "no: the port is busy");
});

test("more lines than may wait are refused", () => {
  const office = new Office();
  office.host("G1 X");
  for (let i = 0; i < 17; i++) office.take({ type: "inject", to: "printer", line: "M114" });
  assert.equal(office.said, ["no: too many lines wait"]);
});

test("a hold of a run before goes on: a leased one for a while unless renewed, a latched one for good", () => {
  const leased = new Office();
  leased.toPrinter.recover(true);
  leased.desk.recover("leased", 0);
  leased.host("G1 X1\n");
  leased.desk.tick(19_000);
  assert.is(leased.far, "");
  leased.desk.tick(20_000);
  assert.is(leased.far, "G1 X1\n");
  assert.equal(leased.said, ["released: the agent didn't renew it"]);
  const latched = new Office();
  latched.toPrinter.recover(true);
  latched.desk.recover("latched", 0);
  latched.host("G1 X1\n");
  latched.desk.tick(1e9);
  assert.is(latched.far, "");
  latched.take({ type: "release" });
  assert.is(latched.far, "G1 X1\n");
});

test.run();
