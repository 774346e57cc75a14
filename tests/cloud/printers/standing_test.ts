import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bucketOf, BUCKETS } from "../../../cloud/printers/bucket.ts";
import {
  covers,
  endOfWindow,
  type MaintenanceWindow,
  windowAt,
} from "../../../cloud/printers/maintenance_window.ts";
import { type PrinterEvent, SeenState } from "../../../cloud/printers/printer_event.ts";
import { applyPrinterEvent, type Standing } from "../../../cloud/printers/standing.ts";
import { changeOf, seenState, SILENT_AFTER_MS } from "../../../cloud/printers/watch.ts";
import {
  occasionOfPrinter,
  printerKey,
  printerOfKey,
} from "../../../cloud/subscriptions/printer_occasion.ts";
import { ADDRESS, MIRA, newId, NOW, NOW_MS } from "../cases/case_fixture.ts";

const tests = suite("a printer's standing");

/** Standing after these states, one after the other. */
function after(...states: SeenState[]): Standing {
  let standing: Standing | null = null;
  for (const to of states) {
    const act = { type: "state", from: standing?.state ?? null, to } as const;
    standing = applied(standing, act);
  }
  return standing!;
}

function applied(before: Standing | null, act: PrinterEvent["act"]): Standing {
  const event: PrinterEvent = { contractVersion: 1, id: newId(), address: ADDRESS, at: NOW, act };
  const next = applyPrinterEvent(before, event);
  if (!next.ok) throw new Error(next.issue);
  return next.value;
}

tests("lost while at work is trouble, lost while idle is none", () => {
  const table: [SeenState[], string | null][] = [
    [["printing", "offline"], "lost"],
    [["printing", "silent"], "lost"],
    [["paused", "silent"], "lost"],
    [["idle", "offline"], null],
    [["idle", "silent"], null],
    [["offline"], null],
    [["silent"], null],
    [["printing", "idle", "silent"], null],
    [["printing", "offline", "silent"], "lost"],
    [["printing", "silent", "offline"], "lost"],
    [["printing", "silent", "offline", "idle"], null],
    [["printing", "offline", "printing"], null],
    [["idle", "attention"], "attention"],
    [["attention"], null],
    [["printing", "attention", "silent"], "attention"],
    [["printing", "attention", "printing"], null],
  ];
  for (const [states, type] of table) {
    assert.is(after(...states).trouble?.type ?? null, type, states.join(" → "));
  }
});

tests("going offline after going silent is the same trouble; lost again is another", () => {
  const silent = after("printing", "silent");
  const offline = applied(silent, { type: "state", from: "silent", to: "offline" });
  assert.is(offline.trouble?.id, silent.trouble?.id);
  const back = applied(offline, { type: "state", from: "offline", to: "printing" });
  const again = applied(back, { type: "state", from: "printing", to: "silent" });
  assert.is.not(again.trouble?.id, silent.trouble?.id);
});

tests("only the trouble that it is in can be acknowledged", () => {
  const lost = after("printing", "silent");
  const act = { type: "acknowledged", troubleId: lost.trouble!.id, by: MIRA } as const;
  assert.is(applied(lost, act).trouble?.acknowledgedBy, "Mira");
  assert.throws(() => applied(lost, { ...act, troubleId: newId() }), /in none such/);
  assert.throws(() => applied(after("idle"), act), /in none such/);
});

tests("is told as an occasion while it lasts, and as over once the printer is back", () => {
  const lost = after("printing", "silent");
  const key = printerKey(ADDRESS, lost.trouble!.id);
  const now = occasionOfPrinter(ADDRESS, "Left", lost, null)!;
  assert.is(now.key, key);
  assert.equal(now.status, { type: "open" });
  assert.match(now.summary, /Nothing is heard of its guard, and it was printing/);
  const told = { key, summary: now.summary };
  const back = applied(lost, { type: "state", from: "silent", to: "idle" });
  assert.is(occasionOfPrinter(ADDRESS, "Left", back, null), null);
  const over = occasionOfPrinter(ADDRESS, "Left", back, null, told)!;
  assert.equal(over.status, { type: "over", how: "It is idle again" });
  assert.is(over.summary, now.summary);
  const again = applied(
    applied(back, { type: "state", from: "idle", to: "printing" }),
    { type: "state", from: "printing", to: "silent" },
  );
  assert.is(occasionOfPrinter(ADDRESS, "Left", again, null, told)!.status.type, "over");
  assert.is(occasionOfPrinter(ADDRESS, "Left", again, null)!.status.type, "open");
  assert.equal(printerOfKey(key), { address: ADDRESS, troubleId: lost.trouble!.id });
  assert.is(printerOfKey("case/x"), null);
});

tests("is silent a minute after its last sign, unless nobody could have heard one", () => {
  const sign = { state: "printing", seenMs: NOW_MS } as const;
  const standing = after("printing");
  const late = NOW_MS + SILENT_AFTER_MS + 1;
  assert.is(seenState(sign, late - 1), "printing");
  assert.is(changeOf(standing, sign, NOW_MS, late - 1), null);
  assert.equal(changeOf(standing, sign, NOW_MS, late), {
    type: "state",
    from: "printing",
    to: "silent",
  });
  // The broker was away until just now.
  assert.is(changeOf(standing, sign, late - 1000, late), null);
  assert.equal(changeOf(null, { ...sign, state: "idle" }, NOW_MS, NOW_MS), {
    type: "state",
    from: null,
    to: "idle",
  });
});

tests("every state has its bucket, and an announced change is one of its own", () => {
  for (const state of SeenState.options) {
    assert.ok(BUCKETS.includes(bucketOf(state, false)));
    assert.is(bucketOf(state, true), "maintenance");
  }
  assert.is(bucketOf("silent", false), "offline");
  assert.is(bucketOf("bypass", false), "attention");
});

tests("a window covers its printer or its whole site, until its end or until taken back", () => {
  const window: MaintenanceWindow = {
    contractVersion: 1,
    id: newId(),
    site: ADDRESS.site,
    printer: ADDRESS,
    fromWallTime: NOW,
    untilWallTime: new Date(NOW_MS + 1800_000).toISOString(),
    what: "new nozzle",
    by: MIRA,
    endedWallTime: null,
    answers: [],
  };
  const other = { ...ADDRESS, printer: "p2" };
  assert.ok(covers(window, ADDRESS, NOW_MS));
  assert.not.ok(covers(window, ADDRESS, NOW_MS - 1));
  assert.not.ok(covers(window, ADDRESS, NOW_MS + 1800_000));
  assert.not.ok(covers(window, other, NOW_MS));
  assert.ok(covers({ ...window, printer: null }, other, NOW_MS));
  assert.not.ok(covers({ ...window, printer: null }, { ...other, site: "site2" }, NOW_MS));
  const ended = { ...window, endedWallTime: new Date(NOW_MS + 60_000).toISOString() };
  assert.is(endOfWindow(ended), NOW_MS + 60_000);
  assert.is(windowAt([ended], ADDRESS, NOW_MS + 60_000), null);
  assert.is(windowAt([ended], ADDRESS, NOW_MS + 59_999)?.what, "new nozzle");
});

tests.run();
