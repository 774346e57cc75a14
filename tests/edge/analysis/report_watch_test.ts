import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initReportWatch,
  noteReportOrder,
  type ReportWatch,
  stepReport,
} from "../../../edge/analysis/report_watch.ts";
import { Command } from "../../../edge/gcode/command.ts";
import { parseInto } from "../../../edge/gcode/parse_line.ts";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";

const reports = suite("temperature reports");
const AUTO = " T:210.0 /210.0 B:60.0 /60.0 @:60 B@:20", POLLED = `ok${AUTO}`;

function send(watch: ReportWatch, line: string): void {
  const command = new Command();
  parseInto(line, command);
  noteReportOrder(watch, command);
}

const hear = (watch: ReportWatch, line: string, atS: number, printing = true) =>
  stepReport(watch, parseResponse(line), atS, printing);

/** Prints for so long with a line each half second; gives what was told. */
function follow(
  watch: ReportWatch,
  [fromS, untilS]: [number, number],
  report: "auto" | "polled" | "unanswered" | "none",
) {
  const told = [];
  for (let atS = fromS; atS < untilS; atS += 0.5) {
    told.push(...hear(watch, "ok", atS));
    if (atS % 2 !== 0) continue;
    if (report === "polled" || report === "unanswered") send(watch, "M105");
    if (report === "auto") told.push(...hear(watch, AUTO, atS + 0.1));
    if (report === "polled") told.push(...hear(watch, POLLED, atS + 0.1));
    if (report === "unanswered") told.push(...hear(watch, "ok", atS + 0.1));
  }
  return told;
}

reports("that come are nothing to tell, by the firmware's clock or asked for", () => {
  for (const kind of ["auto", "polled"] as const) {
    assert.equal(follow(initReportWatch(), [0, 600], kind), []);
  }
});

reports("that cease while lines are answered are told once", () => {
  for (const [before, after] of [["auto", "none"], ["polled", "unanswered"]] as const) {
    const watch = initReportWatch();
    follow(watch, [0, 120], before);
    const told = follow(watch, [120, 300], after);
    assert.is(told.length, 1);
    assert.is(told[0]!.name, "report-missing");
    assert.ok(told[0]!.eventTimeS - 120 < 25, `${told[0]!.eventTimeS}`);
    assert.ok(told[0]!.startedS! < 121);
  }
});

reports("that the host switches off, or no longer asks for, are not missed", () => {
  const auto = initReportWatch();
  send(auto, "M155 S2");
  follow(auto, [0, 120], "auto");
  send(auto, "M155 S0");
  const polled = initReportWatch();
  follow(polled, [0, 120], "polled");
  for (const watch of [auto, polled]) assert.equal(follow(watch, [120, 400], "none"), []);
});

reports("may be rare, broken, or absent while nothing prints or nothing is answered", () => {
  const watch = initReportWatch();
  follow(watch, [0, 120], "auto");
  for (let atS = 120; atS < 300; atS += 0.5) {
    assert.equal(hear(watch, "ok", atS, false), []);
    if (atS % 10 === 0) hear(watch, " T:2\u00001.0 /21 B@", atS, false);
  }
  const silent = initReportWatch();
  follow(silent, [0, 120], "auto");
  for (let atS = 120; atS < 400; atS += 2) {
    assert.equal(hear(silent, "echo:busy: processing", atS), []);
  }
});

reports("are learnt anew after a restart", () => {
  const watch = initReportWatch();
  follow(watch, [0, 120], "auto");
  hear(watch, "start", 120);
  assert.equal(follow(watch, [121, 300], "none"), []);
});

reports("a firmware that tunes a heater may leave them out", () => {
  const watch = initReportWatch();
  assert.equal(follow(watch, [0, 120], "auto"), []);
  send(watch, "M303 E0 S210 C5");
  assert.equal(follow(watch, [120, 200], "none"), []);
});

reports.run();
