import type { Child } from "hono/jsx";

/** A table with a head and rows of cells; the first column is text. */
export function Table(
  { head, rows, text = [] }: {
    head: readonly string[];
    rows: readonly (readonly Child[])[];
    /** Columns besides the first that hold running text. */
    text?: readonly number[];
  },
) {
  return (
    <div class="sheet">
      <table>
        <thead>
          <tr>{head.map((cell) => <th key={cell}>{cell}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell, at) => (
                <td key={at} class={text.includes(at) ? "text" : ""}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
