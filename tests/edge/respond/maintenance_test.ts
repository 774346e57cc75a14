import { suite } from "uvu";
import * as assert from "uvu/assert";
import { leaveMaintenance, takeMaintenance } from "../../../edge/agent/maintenance_mark.ts";
import { readMaintenance } from "../../../edge/respond/maintenance.ts";
import { MaintenanceOrder } from "../../../shared/maintenance_order.ts";

const NOW = Date.parse("2026-11-22T12:00:00.000Z");
const HERE = { site: "s1", device: "d1", printer: "p1" };
const order = (more: Record<string, unknown> = {}) => ({
  target: HERE,
  expiresWallTime: "2026-11-22T12:05:00.000Z",
  untilWallTime: "2026-11-22T12:30:00.000Z",
  what: "new nozzle",
  by: "anna",
  ...more,
});

const orders = suite("an announced change");

orders("is taken with how long it still lasts", () => {
  const read = readMaintenance(HERE, order(), NOW);
  assert.equal(read, { ok: true, value: { forS: 1800, what: "new nozzle", by: "anna" } });
  const over = readMaintenance(HERE, order({ untilWallTime: "2026-11-22T11:00:00.000Z" }), NOW);
  assert.is(over.ok && over.value.forS, 0);
});

for (
  const [title, given, part] of [
    ["another printer's", { target: { ...HERE, printer: "p2" } }, "s1/d1/p2"],
    ["one no longer in force", { expiresWallTime: "2026-11-22T11:59:59.000Z" }, "in force"],
    ["one for days", { untilWallTime: "2026-11-25T12:00:00.000Z" }, "24 h"],
    ["no words", { what: "" }, "what"],
    ["too many words", { what: "x".repeat(121) }, "what"],
    ["something unknown", { also: 1 }, "also"],
    ["no end", { untilWallTime: "soon" }, "untilWallTime"],
  ] as const
) {
  orders(`is refused: ${title}`, () => {
    const read = readMaintenance(HERE, order(given), NOW);
    assert.not.ok(read.ok);
    assert.match(read.ok ? "" : read.issue, part);
  });
}

orders("has a schema that takes what it should", () => {
  assert.ok(MaintenanceOrder.safeParse(order()).success);
});

orders("is left at the device and taken once", async () => {
  const folder = await Deno.makeTempDir({ prefix: "maintenance-" });
  const window = { forS: 600, what: "new nozzle", by: "anna" };
  await leaveMaintenance(folder, "p1", window);
  assert.equal(await takeMaintenance(folder, "p1"), window);
  assert.is(await takeMaintenance(folder, "p1"), null);
  await Deno.writeTextFile(`${folder}/p1.maintenance`, "{}");
  assert.is(await takeMaintenance(folder, "p1"), null);
  await Deno.remove(folder, { recursive: true });
});

orders.run();
