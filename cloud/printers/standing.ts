import { refused, type Result } from "../../shared/result.ts";
import type { UnannouncedChange } from "./guard_case.ts";
import type { GuardChange, GuardMake } from "./guard_change.ts";
import type { PrinterEvent, SeenState } from "./printer_event.ts";

/** A printer in trouble: lost while it printed, or asking for a person. */
export interface Trouble {
  /** The event that it began with. */
  id: string;
  type: "lost" | "attention";
  /** What the printer was doing before, and what was seen then. */
  from: SeenState;
  to: SeenState;
  at: string;
  acknowledgedBy: string | null;
}

/** How a printer stands by its recorded history. */
export interface Standing {
  state: SeenState;
  /** UTC */
  since: string;
  trouble: Trouble | null;
  /** What its guard was said to be last; absent before any was heard. */
  guard?: GuardMake;
  /** The last changes of it that nobody had announced, the last one last. */
  unannounced?: UnannouncedChange[];
}

const UNANNOUNCED_MAX = 16;
const LOST: readonly SeenState[] = ["offline", "silent"];
const AT_WORK: readonly SeenState[] = ["printing", "paused"];

/** Adds one event of a printer's history. */
export function applyPrinterEvent(
  before: Standing | null,
  event: PrinterEvent,
): Result<Standing> {
  const { act, at } = event;
  if (act.type === "acknowledged") {
    if (!before?.trouble || before.trouble.id !== act.troubleId) {
      return refused(`Cannot acknowledge trouble '${act.troubleId}': this printer is in none such`);
    }
    const trouble = { ...before.trouble, acknowledgedBy: act.by.name };
    return { ok: true, value: { ...before, trouble } };
  }
  if (act.type === "guard") return guarded(before, event.id, act, at);
  const trouble = troubleAfter(before?.trouble ?? null, event.id, act, at);
  return { ok: true, value: { ...before, state: act.to, since: at, trouble } };
}

function guarded(
  before: Standing | null,
  eventId: string,
  { make, bootId, changed, announcedBy }: GuardChange,
  at: string,
): Result<Standing> {
  if (before === null) return refused("Cannot take a guard's make: a state before it was required");
  const told = { ...before, guard: make };
  if (changed.length === 0 || announcedBy !== null) return { ok: true, value: told };
  // More than one: a grave change mustn't vanish behind the next before its case is open.
  const all = [...before.unannounced ?? [], { eventId, at, bootId, changed }];
  return { ok: true, value: { ...told, unannounced: all.slice(-UNANNOUNCED_MAX) } };
}

function troubleAfter(
  before: Trouble | null,
  id: string,
  { from, to }: { from: SeenState | null; to: SeenState },
  at: string,
): Trouble | null {
  // Whatever it is in trouble for, being lost on top of that ends nothing.
  if (LOST.includes(to) && before) return { ...before, to };
  if (from === null) return null;
  const made = { id, from, to, at, acknowledgedBy: null };
  if (LOST.includes(to) && AT_WORK.includes(from)) return { ...made, type: "lost" };
  if (to === "attention") return { ...made, type: "attention" };
  return null;
}
