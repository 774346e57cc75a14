import { errorShare, type GuessError, startGuesses } from "../../insights/guesses.ts";
import type { InsightReport } from "../../insights/report.ts";
import { visible, When } from "./table_words.tsx";
import { Table } from "./table.tsx";
import { hours, share, signed } from "./units.ts";

const PRINTS_SHOWN = 20;

/** How well twin and slicer foretold prints, over all and for the latest ones. */
export function GuessTable({ report }: { report: InsightReport }) {
  const { start, halfway } = report.guesses;
  const labels = new Map(report.printers.map((one) => [one.address.printer, one.label]));
  const latest = report.prints.toReversed().slice(0, PRINTS_SHOWN);
  if (latest.length === 0) return <p class="note">No print has ended in this time.</p>;
  return (
    <>
      {(start || halfway) && (
        <Table
          label="How far guesses were off"
          heads={["Foretold", "Twin is off", "Slicer is off", "Prints"]}
        >
          {start && <Errors name="at the start" {...start} />}
          {halfway && <Errors name="at half time" {...halfway} />}
        </Table>
      )}
      <Table
        label="The latest prints"
        heads={["Ended", "Printer", "Result", "Took", "Twin said", "Slicer said"]}
      >
        {latest.map(({ address, account }) => {
          const { twin, slicer } = startGuesses(account);
          return (
            <tr>
              <td>
                <When at={account.endedWallTime} />
              </td>
              <th scope="row">{visible(labels.get(address.printer) ?? address.printer)}</th>
              <td>{account.result}</td>
              <td>{hours(account.printingS)}</td>
              <Said guess={twin} compared={account.result === "completed"} />
              <Said guess={slicer} compared={account.result === "completed"} />
            </tr>
          );
        })}
      </Table>
    </>
  );
}

function Errors(
  { name, twin, slicer }: { name: string; twin: GuessError; slicer: GuessError },
) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{`${share(twin.meanAbsolute)} (${signed(twin.bias)})`}</td>
      <td>{`${share(slicer.meanAbsolute)} (${signed(slicer.bias)})`}</td>
      <td>{String(twin.prints)}</td>
    </tr>
  );
}

function Said(
  { guess, compared }: { guess: ReturnType<typeof startGuesses>["twin"]; compared: boolean },
) {
  if (!guess) return <td>–</td>;
  const off = compared && guess.actualS > 0 ? ` (${signed(errorShare(guess))})` : "";
  return <td>{hours(guess.guessS) + off}</td>;
}
