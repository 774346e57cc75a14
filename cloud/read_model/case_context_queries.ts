import type { DatabaseSync } from "node:sqlite";
import type { Case, CaseDecision } from "../cases/case.ts";
import { lastDecision } from "../cases/case.ts";

/** Another case near in time, in one line. */
export interface NearbyCase {
  id: string;
  site: string;
  device: string;
  printer: string;
  verdict: Case["verdict"];
  kind: Case["kind"];
  summary: string;
  seenAt: string;
}

/** A case of the same cause that somebody has decided. */
export interface SimilarCase {
  id: string;
  printer: string;
  samePrinter: boolean;
  decision: CaseDecision;
}

/** What stands around a case: on its printer, on the fleet, and earlier. */
export interface CaseContext {
  onPrinter: NearbyCase[];
  onFleet: NearbyCase[];
  /** The latest decided ones of the same cause, those of the same printer first. */
  similar: SimilarCase[];
  /** How often each determination was made of the same cause, among the latest. */
  determinations: Partial<Record<CaseDecision["determination"], number>>;
}

/** How far around a case other printers are looked at, and its own printer, in minutes. */
export const FLEET_MINUTES = 15;
export const PRINTER_MINUTES = 120;
const MINUTE_MS = 60_000;
/** So many cases before and after are looked at, however many there are. */
const NEARBY_MAX = 40;
/** So many earlier cases of the same cause are counted. */
const COUNTED_MAX = 200;
const SIMILAR_MAX = 3;

const COLUMNS = "id, site, device, printer, verdict, kind, summary, seen_at AS seenAt";

/** What pages ask about the surroundings of a case. Each question reads a bounded number of rows. */
export function caseContextQueries(database: DatabaseSync) {
  const near = (where: string) => ({
    before: database.prepare(
      `SELECT ${COLUMNS} FROM case_row WHERE ${where} AND seen_at <= ?
       ORDER BY seen_at DESC LIMIT ${NEARBY_MAX}`,
    ),
    after: database.prepare(
      `SELECT ${COLUMNS} FROM case_row WHERE ${where} AND seen_at > ?
       ORDER BY seen_at LIMIT ${NEARBY_MAX}`,
    ),
  });
  const ofPrinter = near("site = ? AND device = ? AND printer = ?");
  const ofFleet = near("TRUE");
  const alike = database.prepare(
    `SELECT id, printer, determination FROM case_row
     WHERE title = ? AND determination IS NOT NULL AND id <> ? ORDER BY updated_at DESC LIMIT ?`,
  );
  const one = database.prepare("SELECT body FROM case_row WHERE id = ?");

  function around(
    { before, after }: ReturnType<typeof near>,
    values: string[],
    at: string,
    minutes: number,
  ): NearbyCase[] {
    const found = [...before.all(...values, at).toReversed(), ...after.all(...values, at)];
    const atMs = Date.parse(at);
    return (found as unknown as NearbyCase[]).filter((row) =>
      Math.abs(Date.parse(row.seenAt) - atMs) <= minutes * MINUTE_MS
    );
  }

  function similar(about: Case): Pick<CaseContext, "similar" | "determinations"> {
    const rows = alike.all(about.title, about.id, COUNTED_MAX);
    const determinations: CaseContext["determinations"] = {};
    for (const row of rows) {
      const determination = row.determination as CaseDecision["determination"];
      determinations[determination] = (determinations[determination] ?? 0) + 1;
    }
    const { printer } = about.address;
    const nearest = rows.toSorted((a, b) =>
      Number(b.printer === printer) - Number(a.printer === printer)
    ).slice(0, SIMILAR_MAX);
    const found = nearest.map(({ id, printer: its }) => {
      const decision = lastDecision(JSON.parse(String(one.get(String(id))?.body)) as Case)!;
      return { id: String(id), printer: String(its), samePrinter: its === printer, decision };
    });
    return { similar: found, determinations };
  }

  return {
    /** @param seenAt when its deviation was detected (UTC) */
    context(about: Case, seenAt: string): CaseContext {
      const { site, device, printer } = about.address;
      const others = around(ofFleet, [], seenAt, FLEET_MINUTES).filter((row) =>
        row.printer !== printer || row.device !== device || row.site !== site
      );
      const own = around(ofPrinter, [site, device, printer], seenAt, PRINTER_MINUTES);
      return {
        onPrinter: own.filter((row) => row.id !== about.id),
        onFleet: others,
        ...similar(about),
      };
    },
  };
}
