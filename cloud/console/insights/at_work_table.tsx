import type { InsightReport } from "../../insights/report.ts";
import { visible } from "../words.ts";
import { Table } from "./table.tsx";
import { hours, share } from "./units.ts";

/** Prints at work: how far they are, and what is left by the twin and by the slicer. */
export function AtWorkTable({ report }: { report: InsightReport }) {
  if (report.atWork.length === 0) {
    return (
      <p class="note">No print under way can be timed: none runs, or none of a registered job.</p>
    );
  }
  return (
    <Table
      label="Prints at work"
      heads={["Printer", "Done", "Printing for", "Left by the twin", "Left by the slicer"]}
    >
      {report.atWork.map(({ label, progress }) => (
        <tr>
          <th scope="row">{visible(label)}</th>
          <td>{share(progress.part)}</td>
          <td>{hours(progress.printingS)}</td>
          <td>{hours(progress.twinRemainingS)}</td>
          <td>{hours(progress.slicerRemainingS)}</td>
        </tr>
      ))}
    </Table>
  );
}
