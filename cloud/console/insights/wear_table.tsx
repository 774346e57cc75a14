import type { InsightReport } from "../../insights/report.ts";
import { WEAR_FIGURES, type WearPart, type WearTrend } from "../../insights/wear_trend.ts";
import { visible } from "../words.ts";
import { PART_WORDS } from "./trends_of.ts";
import { Table } from "./table.tsx";
import { share, signed } from "./units.ts";

/** Those whose parts change the most are shown; the file has all of them. */
const PRINTERS_SHOWN = 100;
const PARTS = Object.keys(WEAR_FIGURES) as WearPart[];

/** What each part needs now, and how that changes. */
export function WearTable({ report }: { report: InsightReport }) {
  const known = report.printers.filter(({ wear }) => PARTS.some((part) => wear[part]))
    .toSorted((a, b) => changeOf(b) - changeOf(a)).slice(0, PRINTERS_SHOWN);
  if (known.length === 0) {
    return <p class="note">No guard knows its printer's heaters well enough yet.</p>;
  }
  return (
    <>
      <Table
        label="Wear by printer"
        heads={["Printer", ...PARTS.map((part) => PART_WORDS[part].title)]}
      >
        {known.map(({ label, wear }) => (
          <tr>
            <th scope="row">{visible(label)}</th>
            {PARTS.map((part) => <td key={part}>{told(wear[part])}</td>)}
          </tr>
        ))}
      </Table>
      <details>
        <summary>What these mean</summary>
        {PARTS.map((part) => (
          <p class="note">{`${PART_WORDS[part].title}: ${PART_WORDS[part].meaning}.`}</p>
        ))}
      </details>
    </>
  );
}

function changeOf({ wear }: InsightReport["printers"][number]): number {
  return Math.max(...PARTS.map((part) => Math.abs(wear[part]?.per30Days ?? 0)));
}

function told(trend: WearTrend | null): string {
  if (!trend) return "–";
  const change = trend.per30Days === null ? "" : `, ${signed(trend.per30Days)} in 30 days`;
  return `${share(trend.last)}${change}`;
}
