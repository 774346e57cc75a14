/** A short soak of the real programs; `deno task soak` is the long one. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Observation } from "../../../edge/source/observation.ts";
import { soak } from "../../../scripts/soak.ts";
import { type Judged, soakIssues } from "../../../scripts/soak/judge.ts";
import { loopedSource } from "../../../scripts/soak/looped_source.ts";
import { missedLines, slopePerH, type Standing } from "../../../scripts/soak/standing.ts";
import { hasNatsServer } from "../../nats_server.ts";

const soaking = suite("simulated printing for long");

function row(simulatedH: number, heapMB: number): Standing {
  return {
    simulatedH,
    heapMB,
    residentMB: 0,
    fileMB: 0,
    given: 0,
    lines: 0,
    gaps: 0,
    pending: 0,
    dropped: 0,
    diskFaults: 0,
  };
}

soaking("a slope is that of the settled part, whatever filled up before", () => {
  const rows = [row(1, 5), row(2, 60), row(4, 100), row(6, 101), row(8, 102)];
  assert.is(Math.round(slopePerH(rows.slice(2), ({ heapMB }) => heapMB) * 100) / 100, 0.5);
  assert.is(slopePerH([row(1, 5)], ({ heapMB }) => heapMB), 0, "one row has none");
  const late = [row(1, 900), row(4, 10), row(8, 18)];
  assert.is(slopePerH(late, ({ heapMB }) => heapMB), 2, "the first quarter doesn't count");
});

const GOOD: Judged = {
  ...{ hours: 6, lines: 5, missedLines: 0, dropped: 0, pending: 0, diskFaults: 0 },
  ...{ heapSlopeMBPerH: 1, residentSlopeMBPerH: -3, fileSlopeMBPerH: 0.1 },
};

soaking("what is lost, left, or grows too fast is told, each by its name", () => {
  assert.equal(soakIssues(GOOD), []);
  for (const name of ["missedLines", "dropped", "pending", "diskFaults"]) {
    assert.equal(soakIssues({ ...GOOD, [name]: 3 }), [`${name}: 0 was required, got 3`]);
  }
  for (const [name, most] of [["heap", 1], ["resident", 5], ["file", 2]]) {
    const grown = { [`${name}SlopeMBPerH`]: Number(most) + 0.01 };
    assert.match(
      soakIssues({ ...GOOD, ...grown })[0]!,
      new RegExp(`^${name}Slope.*at most ${most}`),
    );
    assert.equal(soakIssues({ ...GOOD, ...grown, hours: 5 }), [], "too early to say");
  }
  assert.equal(soakIssues({ ...GOOD, heapSlopeMBPerH: NaN }).length, 1);
  assert.match(soakIssues({ ...GOOD, lines: 0 })[0]!, /Cannot judge: lines were required/);
});

soaking("a line that is just being dealt with isn't missed, one that nobody counted is", () => {
  const at = (given: number, lines: number, gaps = 0) => ({ ...row(1, 5), given, lines, gaps });
  assert.is(missedLines(at(100, 100)), 0);
  assert.is(missedLines(at(100, 102)), 0, "two printers' latest lines");
  assert.is(missedLines(at(100, 97)), 3);
  assert.is(missedLines(at(100, 100, 5)), 5, "told to be missing");
});

soaking("a line counts as given once the next was asked for", async () => {
  const print: Observation[] = [
    { type: "sent", eventTimeS: 0.5, line: "G28", origin: "host" },
    { type: "received", eventTimeS: 1, line: "ok" },
  ];
  const source = loopedSource(() => print, 0, 10);
  const lines = source.observations(new AbortController().signal)[Symbol.asyncIterator]();
  await lines.next();
  assert.is(source.lines, 0);
  await lines.next();
  assert.is(source.lines, 1);
});

soaking("recorded prints follow each other on one clock, and every line is counted", async () => {
  const print: Observation[] = [
    { type: "sent", eventTimeS: 0.5, line: "G28", origin: "host" },
    { type: "received", eventTimeS: 1, line: "ok" },
    { type: "tick", eventTimeS: 2 },
  ];
  const source = loopedSource(() => print, 0, 10);
  const times: number[] = [];
  for await (const { eventTimeS } of source.observations(new AbortController().signal)) {
    times.push(eventTimeS);
  }
  assert.equal(times, [0.5, 1, 2, 3.5, 4, 5, 6.5, 7, 8, 9.5, 10]);
  assert.is(source.lines, 8);
  assert.is(source.position?.()?.seq, times.length);
});

if (await hasNatsServer()) {
  soaking("six minutes of two printers miss no line and give nothing up", async () => {
    const wish = { hours: 0.1, printers: 2, devices: 1, seed: 7 };
    const figures = await soak(wish, () => {});
    assert.ok(figures.lines > 10_000, `${figures.lines} lines`);
    assert.equal(soakIssues(figures), []);
    assert.ok(figures.residentMB > 20 && figures.fileMB > 0);
  });
} else {
  console.log("SKIPPED 'six minutes of two printers': nats-server was required, got none");
}

soaking.run();
