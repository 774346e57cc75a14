import type { InsightReport } from "../../insights/report.ts";
import { visible } from "../words.ts";
import { Table } from "./table.tsx";
import { hours, share } from "./units.ts";

/** The least effective are shown; the file has all of them. */
const PRINTERS_SHOWN = 100;

/** The indicators of ISO 22400-2 by printer, with what they are made of. */
export function EffectivenessTable({ report }: { report: InsightReport }) {
  const shown = report.printers.toSorted((a, b) => (a.oee.oee ?? 2) - (b.oee.oee ?? 2))
    .slice(0, PRINTERS_SHOWN);
  return (
    <>
      <Table
        label="Effectiveness by printer"
        heads={["Printer", "OEE", "Availability", "Performance", "Quality", "Printing", "Prints"]}
      >
        {shown.map(({ address, label, oee, completed, unfinished, unknown }) => (
          <tr>
            <th scope="row">
              <a href={`/printers/${address.site}/${address.device}/${address.printer}`}>
                {visible(label)}
              </a>
            </th>
            <Meter value={oee.oee} />
            <Meter value={oee.availability} />
            <Meter value={oee.performance} />
            <Meter value={oee.quality} />
            <td>{hours(oee.terms.actualProductionS)}</td>
            <td>{`${completed} done, ${unfinished} not${unknown ? `, ${unknown} ?` : ""}`}</td>
          </tr>
        ))}
      </Table>
      <details>
        <summary>What these mean</summary>
        <p class="note">
          After ISO 22400-2. Availability: time printing over the time that the printer is meant to
          work. Performance: the planner's time for what was printed over the time that it took.
          Quality: prints that came to their end without a confirmed threat over all prints whose
          end is known. OEE: the three multiplied. A dash: nothing is known yet.
        </p>
      </details>
    </>
  );
}

/** A share as number and bar. */
function Meter({ value }: { value: number | null }) {
  const width = Math.round(Math.min(1, Math.max(0, value ?? 0)) * 60);
  return (
    <td>
      <span class="meter">
        {share(value)}
        {value !== null && (
          <svg viewBox="0 0 60 6" aria-hidden="true">
            <rect class="rail" width="60" height="6" rx="3" />
            <rect class="fill" width={width} height="6" rx="3" />
          </svg>
        )}
      </span>
    </td>
  );
}
