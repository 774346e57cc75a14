import { suite } from "uvu";
import * as assert from "uvu/assert";
import { happeningsAround } from "../../../cloud/console/happenings.ts";
import type { MaintenanceWindow } from "../../../cloud/printers/maintenance_window.ts";
import type { PrinterEvent } from "../../../cloud/printers/printer_event.ts";
import type { PrinterQueries } from "../../../cloud/read_model/printer_queries.ts";
import { CONTRACT_VERSION } from "../../../shared/ids.ts";

const tests = suite("what else is recorded of a printer around a case");

const HOUR_MS = 3_600_000;
const NOON_MS = Date.parse("2026-10-05T12:00:00.000Z");
const ADDRESS = { site: "s1", device: "d1", printer: "p1" };
const at = (hours: number) => new Date(NOON_MS + hours * HOUR_MS).toISOString();

const state = (
  hours: number,
  to: "offline" | "printing",
  from: "idle" | null = "idle",
): PrinterEvent => ({
  contractVersion: CONTRACT_VERSION,
  id: crypto.randomUUID(),
  address: ADDRESS,
  at: at(hours),
  act: { type: "state", from, to },
});
const announced = (
  from: number,
  until: number,
  change: Partial<MaintenanceWindow> = {},
): MaintenanceWindow => ({
  contractVersion: CONTRACT_VERSION,
  id: crypto.randomUUID(),
  site: "s1",
  printer: ADDRESS,
  fromWallTime: at(from),
  untilWallTime: at(until),
  what: "new nozzle",
  by: { kind: "person", id: "x", name: "Mira" },
  endedWallTime: null,
  answers: [],
  ...change,
});

function around(events: PrinterEvent[], windows: MaintenanceWindow[]): string[] {
  const printers = {
    history: () => events,
    windowsAfter: (ms: number) => windows.filter((one) => Date.parse(one.untilWallTime) > ms),
  } as unknown as PrinterQueries;
  return happeningsAround(printers, ADDRESS, NOON_MS).map(({ text }) => text);
}

tests("states within two hours are told, others aren't", () => {
  assert.equal(around([state(1, "offline"), state(-3, "printing")], []), ["Offline (idle before)"]);
});

tests("that a printer was heard of for the first time is no news", () => {
  assert.equal(around([state(-1, "printing", null)], []), []);
});

tests("a change that covers the case is told however early it began, once", () => {
  assert.equal(around([], [announced(-9, 1)]), ["Mira announced a change for 10 h: new nozzle"]);
  assert.equal(around([], [announced(-1, 1)]), ["Mira announced a change for 2 h: new nozzle"]);
  assert.equal(around([], [announced(-9, -1)]), []);
});

tests("another printer's announcement says nothing here, a whole site's does", () => {
  const other = { ...ADDRESS, printer: "p2" };
  assert.equal(around([], [announced(-1, 1, { printer: other })]), []);
  assert.equal(around([], [announced(-1, 1, { printer: null })]).length, 1);
});

tests.run();
