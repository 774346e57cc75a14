import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAnalysis } from "../../../edge/analysis.ts";
import type { Finding } from "../../../edge/finding.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { NOTHING_KNOWN } from "./runs.ts";

const hotends = suite("several hotends");

/** A printer that prints with one hotend and then with another, and reports both each second. */
class Bench {
  readonly analysis = createAnalysis(NOTHING_KNOWN);
  readonly state = this.analysis.init(null);
  readonly findings: Finding[] = [];
  readonly noise = new Random(1);
  atS = 0;
  xMm = 0;
  eMm = 0;

  send(line: string): void {
    this.take({ type: "sent", eventTimeS: this.atS, line, origin: "host" });
    this.take({ type: "received", eventTimeS: this.atS, line: "ok" });
  }

  take(seen: Parameters<typeof this.analysis.step>[1]): void {
    this.findings.push(...this.analysis.step(this.state, seen));
  }

  /** Prints for so many seconds while the printer reports this. */
  print(seconds: number, report: (wobbleK: number) => string): void {
    for (let second = 0; second < seconds; second++) {
      this.atS++;
      this.xMm = this.xMm > 0 ? 0 : 20;
      this.eMm += 0.7;
      this.send(`G1 X${this.xMm} E${this.eMm.toFixed(4)} F1200`);
      const line = report(0.3 * this.noise.gauss());
      this.take({ type: "received", eventTimeS: this.atS, line });
    }
  }
}

const both = (first: number, second: number) => (wobbleK: number) =>
  `T:200 /200 B:60.0 /60.0 T0:${(first + wobbleK).toFixed(2)} /${first.toFixed(2)} ` +
  `T1:${(second - wobbleK).toFixed(2)} /${second.toFixed(2)} @:60 B@:20 @0:60 @1:75`;

/** The bench keeps no printer's pace: what is told of that is no matter here. */
const heat = ({ findings }: Bench) => findings.filter(({ kind }) => kind !== "motion-timing");

function started(): Bench {
  const bench = new Bench();
  for (const line of ["G28", "M83", "G90", "M104 S205 T0", "M104 S230 T1", "G1 Z0.2 F600"]) {
    bench.send(line);
  }
  bench.send("M82");
  bench.send("G92 E0");
  return bench;
}

hotends("a tool that is 25 K hotter is no reading that leapt and no other set point", () => {
  const bench = started();
  for (let turn = 0; turn < 10; turn++) {
    bench.print(40, both(205, 230));
    bench.send(`T${(turn + 1) % 2}`);
  }
  assert.equal(heat(bench).map(({ summary }) => summary), []);
  assert.is(bench.state.hotends.several, true);
});

hotends("each keeps what is known of it while another prints", () => {
  const bench = started();
  bench.print(30, both(205, 230));
  const { last } = bench.state.heaters.hotend.twin;
  bench.send("T1");
  bench.print(30, both(205, 230));
  assert.ok(Math.abs(bench.state.heaters.hotend.twin.last!.measuredC - 230) < 3);
  assert.equal(bench.state.hotends.parked["0"]!.heater.twin.last, last);
  assert.is(bench.analysis.restore(JSON.parse(JSON.stringify(bench.state))).ok, true);
});

hotends("another set point of the tool that prints is told, whichever it is", () => {
  const bench = started();
  bench.print(20, both(205, 230));
  bench.send("T1");
  bench.print(30, both(205, 230));
  bench.print(30, both(205, 200));
  assert.equal(heat(bench).map(({ kind }) => kind), ["temperature"]);
});

hotends("tools that share a nozzle are all watched at it", () => {
  const bench = started();
  const shared = (wobbleK: number) => `T:${(205 + wobbleK).toFixed(1)} /205.0 B:60.0 /60.0 @:60`;
  bench.print(10, shared);
  bench.send("T3");
  bench.print(10, shared);
  assert.is(bench.state.heaters.hotend.twin.last!.eventTimeS, 20);
});

hotends.run();
