import { When as Instant } from "../layout.tsx";

export { visible } from "../words.ts";

/** An instant in a table: day and time in UTC, the reader's own once a script may run. */
export function When({ at }: { at: string }) {
  const text = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  return <Instant at={at} text={`${text} UTC`} />;
}
