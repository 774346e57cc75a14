import { suite } from "uvu";
import * as assert from "uvu/assert";
import { refused, type Result } from "../../../shared/result.ts";
import { Store } from "../../../edge/publish/store.ts";
import type { TapOrders } from "../../../edge/respond/orders.ts";
import { Responder } from "../../../edge/respond/responder.ts";
import { silent } from "../publish/site_fixture.ts";

const responder = suite("responder");
const DECISION = "44444444-4444-4444-8444-444444444444";
const PLACE = { xMm: null, yMm: null, liftMm: 10, standbyC: 140 };

let folder = "";
responder.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "responder-" });
});
responder.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

/** A tap that carries everything out, and keeps what it was told. */
class WillingTap implements TapOrders {
  readonly done: string[] = [];
  issue: string | null = null;

  #do(text: string): Promise<Result<string>> {
    this.done.push(text);
    return Promise.resolve(
      this.issue === null ? { ok: true, value: text } : refused(this.issue),
    );
  }
  inject(to: "printer" | "host", line: string) {
    return this.#do(`${to}> ${line}`);
  }
  ask(line: string) {
    return this.#do(`?> ${line}`);
  }
  hold(latched: boolean) {
    return this.#do(latched ? "hold latched" : "hold");
  }
  release() {
    return this.#do("release");
  }
}

function open(tap: TapOrders, tells = true) {
  const store = new Store(`${folder}/edge.db`, 2_000_000, () => {});
  const reports: string[] = [];
  const made = new Responder(tap, store, silent, {
    printer: "p1",
    place: PLACE,
    onReport: (detail, decisionId, failed) => {
      if (!tells) throw new Error("the disk is gone");
      reports.push(`${failed ? "failed: " : ""}${decisionId === DECISION ? "" : "? "}${detail}`);
    },
  });
  return { responder: made, store, reports };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A host that ignores every request, for so many seconds. */
async function print(to: Responder, fromS: number, seconds: number, runId: string): Promise<void> {
  to.observe({ type: "sent", eventTimeS: fromS, line: "M83", origin: "host" }, runId);
  to.observe({ type: "received", eventTimeS: fromS, line: "ok" }, runId);
  for (let second = 0; second < seconds; second++) {
    const eventTimeS = fromS + second;
    const line = second % 5 === 0 ? `G1 Z${second / 10} F600` : `G1 X${second} Y${second} E1`;
    if (!["held", "parking", "holding"].includes(to.phase)) {
      to.observe({ type: "sent", eventTimeS, line, origin: "host" }, runId);
      to.observe({ type: "received", eventTimeS, line: "ok" }, runId);
      const more = `G1 X${second + 1} Y0 E1`;
      to.observe({ type: "sent", eventTimeS, line: more, origin: "host" }, runId);
      to.observe({ type: "received", eventTimeS, line: "ok" }, runId);
    }
    to.observe({ type: "tick", eventTimeS }, runId);
    await settle();
  }
}

responder("carries a pause through to the latched hold, and tells each step", async () => {
  const tap = new WillingTap();
  const { responder: to, store, reports } = open(tap);
  to.observe({ type: "sent", eventTimeS: 1, line: "M104 S205", origin: "host" }, "run-a");
  to.observe({ type: "received", eventTimeS: 1, line: "ok" }, "run-a");
  await print(to, 2, 5, "run-a");
  to.begin("pause", DECISION, [DECISION]);
  await print(to, 10, 60, "run-a");
  assert.is(to.phase, "held");
  assert.is(to.printerState, "paused");
  assert.is(tap.done.at(-1), "hold latched");
  assert.ok(tap.done.includes("printer> M104 T0 S140"));
  assert.equal(reports.map((text) => text.split(",")[0]), [
    "the host ignored the request for 10 s: its lines will be withheld",
    "the host's lines are withheld",
  ]);
  store.close();
});

responder("carries a pause through where nothing of it can be told", async () => {
  const tap = new WillingTap();
  const { responder: to, store } = open(tap, false);
  await print(to, 2, 5, "run-a");
  to.begin("pause", DECISION, [DECISION]);
  await print(to, 10, 60, "run-a");
  assert.is(to.phase, "held");
  assert.is(tap.done.at(-1), "hold latched");
  store.close();
});

/** A responder after a restart, the one before having held the job in the tap's run `run-a`. */
async function afterHold() {
  const first = open(new WillingTap());
  await print(first.responder, 1, 5, "run-a");
  first.responder.begin("pause", DECISION, [DECISION]);
  await print(first.responder, 10, 60, "run-a");
  assert.is(first.responder.phase, "held");
  first.store.close();
  const tap = new WillingTap();
  return { tap, second: open(tap) };
}

responder("goes on with a hold after a restart, with the same run of the tap", async () => {
  const { tap, second } = await afterHold();
  assert.is(second.responder.takeBack("an expert", [crypto.randomUUID()]), null);
  second.responder.observe({ type: "tick", eventTimeS: 80 }, "run-a");
  await settle();
  assert.equal(tap.done, ["hold latched"]);
  const taken = second.responder.takeBack("an expert", [DECISION]);
  assert.equal(taken, { isOver: true, becomes: "the job resumes" });
  for (let second_ = 81; second_ < 100; second_++) {
    second.responder.observe({ type: "tick", eventTimeS: second_ }, "run-a");
    await settle();
  }
  assert.is(tap.done.at(-1), "release");
  assert.is(second.responder.phase, "idle");
  second.store.close();
});

responder("knows that another run of the tap holds nothing", async () => {
  const { tap, second } = await afterHold();
  second.responder.observe({ type: "tick", eventTimeS: 1 }, "run-b");
  await settle();
  assert.equal(tap.done, []);
  assert.is(second.responder.phase, "idle");
  assert.match(second.reports[0]!, "the tap began anew");
  second.store.close();
});

responder("asks as soon as a tap is met, when the decision came first", async () => {
  const tap = new WillingTap();
  const { responder: to, store } = open(tap);
  to.begin("pause", DECISION, [DECISION]);
  await settle();
  assert.equal(tap.done, []);
  to.observe({ type: "tick", eventTimeS: 1 }, "run-a");
  await settle();
  assert.equal(tap.done, ["host> //action:pause"]);
  store.close();
});

responder("says when the tap refuses, and that a person is needed", async () => {
  const tap = new WillingTap();
  const { responder: to, store, reports } = open(tap);
  to.observe({ type: "tick", eventTimeS: 1 }, "run-a");
  tap.issue = "this tap takes no orders";
  to.begin("pause", DECISION, [DECISION]);
  await settle();
  assert.is(to.printerState, "attention");
  assert.match(reports[0]!, /^failed: .*takes no orders$/);
  store.close();
});

responder("takes an order that throws for one that was refused", async () => {
  const tap = new WillingTap();
  tap.inject = () => Promise.reject(new Error("the socket broke"));
  const { responder: to, store, reports } = open(tap);
  to.observe({ type: "tick", eventTimeS: 1 }, "run-a");
  to.begin("pause", DECISION, [DECISION]);
  await settle();
  assert.match(reports[0]!, "the socket broke");
  store.close();
});

responder(
  "a stop that comes before a tap was met takes all the heat away once one is",
  async () => {
    const { tap, second } = await afterHold();
    second.responder.begin("stop", DECISION, [DECISION]);
    for (let eventTimeS = 80; eventTimeS < 100; eventTimeS++) {
      second.responder.observe({ type: "tick", eventTimeS }, "run-a");
      await settle();
    }
    assert.ok(tap.done.includes("printer> M104 T0 S0"), tap.done.join("; "));
    assert.ok(tap.done.includes("printer> M140 S0"));
    assert.is(second.responder.phase, "held");
    second.store.close();
  },
);

responder("a stop that comes before a tap was met outlives a hold of another run", async () => {
  const { tap, second } = await afterHold();
  second.responder.begin("stop", DECISION, [DECISION]);
  second.responder.observe({ type: "tick", eventTimeS: 80 }, "run-b");
  await settle();
  assert.equal(tap.done, ["host> //action:cancel"]);
  assert.is(second.responder.phase, "asked");
  second.store.close();
});

responder("keeps a hold for a second decision when the first is taken back", async () => {
  const { responder: to, store } = open(new WillingTap());
  const other = "55555555-5555-4555-8555-555555555555";
  await print(to, 1, 5, "run-a");
  to.begin("pause", DECISION, [DECISION]);
  await print(to, 10, 60, "run-a");
  to.begin("pause", other, [other]);
  assert.equal(to.takeBack("an expert", [DECISION]), {
    isOver: false,
    becomes: "another decision holds the job on",
  });
  assert.is(to.phase, "held");
  assert.is(to.takeBack("an expert", [DECISION]), null);
  assert.is(to.takeBack("an expert", [other])?.isOver, true);
  store.close();
});

responder.run();
