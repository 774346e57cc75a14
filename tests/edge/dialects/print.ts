import type { Observation } from "../../../edge/source/observation.ts";
import { print } from "../analysis/runs.ts";
import type { Firmware, Report } from "./firmwares.ts";
import type { Host } from "./hosts.ts";

/** One thing on the wire: a line of the job without number and sum, or anything else. */
export type Spoken =
  | { type: "sent"; eventTimeS: number; body: string }
  | { type: "other"; seen: Observation };

/** A clean print by the virtual printer, its lines without the host's dress. */
export function plainPrint(seed: number): Spoken[] {
  return print(seed).seen.map((seen): Spoken => {
    if (seen.type !== "sent") return { type: "other", seen };
    const body = seen.line.replace(/^N-?\d+ /, "").replace(/\*\d+$/, "");
    return { type: "sent", eventTimeS: seen.eventTimeS, body };
  });
}

/** Puts lines in front of the line at `at`, each acknowledged at once. */
export function insert(print: readonly Spoken[], at: number, bodies: readonly string[]): Spoken[] {
  const before = print[at]!;
  const eventTimeS = (before.type === "sent" ? before : before.seen).eventTimeS;
  const added = bodies.flatMap((body): Spoken[] => [
    { type: "sent", eventTimeS, body },
    { type: "other", seen: { type: "received", eventTimeS, line: "ok" } },
  ]);
  return [...print.slice(0, at), ...added, ...print.slice(at)];
}

/** Takes the filament out of every fifth printing move between two places; E is absolute. */
export function starve(print: readonly Spoken[], from: number, to: number): Spoken[] {
  let lastMm = 0, missingMm = 0, moves = 0;
  return print.map((each, at): Spoken => {
    if (each.type !== "sent") return each;
    if (/^G92 .*E/.test(each.body)) lastMm = missingMm = 0;
    const found = /^G1 .*E(-?[\d.]+)/.exec(each.body);
    if (!found) return each;
    const mm = Number(found[1]);
    const prints = /X/.test(each.body) && mm > lastMm && at >= from && at < to;
    if (prints && moves++ % 5 === 0) missingMm += mm - lastMm;
    lastMm = mm;
    return { ...each, body: each.body.replace(/E-?[\d.]+/, `E${(mm - missingMm).toFixed(5)}`) };
  });
}

/** The place of the line with which a share of the part's lines is printed. */
export function placeOf(print: readonly Spoken[], share: number): number {
  const prints = print.flatMap((each, at) =>
    each.type === "sent" && /^G1 X.*E/.test(each.body) ? [at] : []
  );
  return prints[Math.floor(prints.length * share)]!;
}

const REPORT =
  /^(ok )?(?:P\d+ B\d+)? ?T:(-?[\d.]+) \/(-?[\d.]+) B:(-?[\d.]+) \/(-?[\d.]+) @:(\d+) B@:(\d+)(?: W:(\S+))?$/;

function reportOf(line: string): Report | null {
  const found = REPORT.exec(line);
  if (!found) return null;
  const [hotendC, hotendTargetC, bedC, bedTargetC, duty, bedDuty] = found.slice(2, 8).map(Number);
  return {
    ok: found[1] !== undefined,
    hotendC: hotendC!,
    hotendTargetC: hotendTargetC!,
    bedC: bedC!,
    bedTargetC: bedTargetC!,
    duty: duty!,
    bedDuty: bedDuty!,
    wait: found[8] ?? null,
  };
}

/** Every so many acknowledgements a firmware says something else too. */
const ADDS_EVERY = 200;

/** The print as the tap would see it between this host and this firmware. */
export function speak(print: readonly Spoken[], host: Host, firmware: Firmware): Observation[] {
  let line = -1, answered = 0;
  return print.flatMap((each): Observation[] => {
    if (each.type === "sent") {
      line = /^M110/.test(each.body) ? -1 : line + 1;
      const { eventTimeS, body } = each;
      return [{ type: "sent", eventTimeS, line: host.write(body, line), origin: "host" }];
    }
    if (each.seen.type !== "received") return [each.seen];
    const { eventTimeS, line: said } = each.seen;
    const report = reportOf(said);
    const tell = (line: string): Observation => ({ type: "received", eventTimeS, line });
    if (report) return firmware.report(report).map(tell);
    if (firmware.leavesOut?.test(said)) return [];
    if (!/^ok/.test(said)) return [tell(said)];
    const adds = firmware.adds !== undefined && ++answered % ADDS_EVERY === 0;
    return [...(firmware.ok?.(line) ?? ["ok"]), ...(adds ? [firmware.adds!] : [])].map(tell);
  });
}
