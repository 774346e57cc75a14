import { z } from "zod";
import { ok } from "../../../shared/result.ts";
import type { LogFormat, LogRow } from "./log_format.ts";

const Row = z.object({
  t: z.number().min(-1e11).max(1e11),
  dir: z.enum([">", "<", "#"]),
  line: z.string(),
});

/** JSON lines `{"t": seconds, "dir": ">" | "<" | "#", "line": text}`: both ways of a serial line. */
export const TRANSCRIPT: LogFormat = {
  name: "transcript",
  hasCommands: true,
  recognises: (head) => head.some((line) => parse(line) !== null),
  open: () =>
    ok({
      read(line) {
        if (line.trim() === "") return "nothing";
        const row = parse(line);
        return row === null ? null : rowOf(row);
      },
      clockText: () => null,
      notes: () => [],
    }),
};

function parse(line: string): z.infer<typeof Row> | null {
  if (!line.trimStart().startsWith("{")) return null;
  try {
    const row = Row.safeParse(JSON.parse(line));
    return row.success ? row.data : null;
  } catch {
    return null;
  }
}

function rowOf({ t, dir, line }: z.infer<typeof Row>): LogRow | "nothing" {
  if (dir === "#") return "nothing";
  if (dir === ">") return { timeS: t, entries: [{ type: "sent", line, origin: "host" }] };
  return { timeS: t, entries: [{ type: "received", line }] };
}
