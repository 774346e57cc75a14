import type { Child } from "hono/jsx";

/** A table that scrolls by itself where it is too wide, by touch and by keyboard alike. */
export function Table(
  { label, heads, children }: { label: string; heads: readonly string[]; children?: Child },
) {
  return (
    <div class="table-box" tabindex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => <th key={head} scope="col">{head}</th>)}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
