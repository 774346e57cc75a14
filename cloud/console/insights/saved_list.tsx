import type { InsightReport } from "../../insights/report.ts";
import { visible, When } from "./table_words.tsx";
import { Table } from "./table.tsx";
import { hours, metres } from "./units.ts";

/** Every print that a confirmed threat's stop ended, and what it would still have taken. */
export function SavedList({ report }: { report: InsightReport }) {
  const labels = new Map(report.printers.map((one) => [one.address.printer, one.label]));
  if (report.saved.length === 0) {
    return (
      <p class="note">
        No print was stopped for a confirmed threat in this time. What a stopped print saved is
        known only where its job was registered.
      </p>
    );
  }
  return (
    <Table
      label="Prints stopped early"
      heads={["Stopped", "Printer", "By", "Hours saved", "Filament saved"]}
    >
      {report.saved.toReversed().map(({ print, stop, savedS, savedFilamentMm }) => (
        <tr>
          <td>
            <When at={new Date(stop.atMs).toISOString()} />
          </td>
          <th scope="row">
            {visible(labels.get(print.address.printer) ?? print.address.printer)}
          </th>
          <td>
            <a href={`/cases/${stop.caseId}`}>{stop.response}</a>
          </td>
          <td>{hours(savedS)}</td>
          <td>{metres(savedFilamentMm)}</td>
        </tr>
      ))}
    </Table>
  );
}
