import type { InsightReport } from "../../insights/report.ts";
import { visible } from "../words.ts";
import { hours, share } from "./units.ts";

/** Prints at work: how far they are, and what is left by the twin and by the slicer. */
export function AtWorkTable({ report }: { report: InsightReport }) {
  if (report.atWork.length === 0) return <p class="note">No printer is at work.</p>;
  return (
    <div class="table-box">
      <table>
        <thead>
          <tr>
            <th scope="col">Printer</th>
            <th scope="col">Done</th>
            <th scope="col">Printing for</th>
            <th scope="col">Left by the twin</th>
            <th scope="col">Left by the slicer</th>
          </tr>
        </thead>
        <tbody>
          {report.atWork.map(({ label, progress }) => (
            <tr>
              <th scope="row">{visible(label)}</th>
              <td>{share(progress.part)}</td>
              <td>{hours(progress.printingS)}</td>
              <td>{hours(progress.twinRemainingS)}</td>
              <td>{hours(progress.slicerRemainingS)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
