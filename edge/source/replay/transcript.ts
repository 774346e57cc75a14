import { z } from "zod";
import type { Observation } from "../observation.ts";
import { type LogFormat, onwardClock } from "./log_format.ts";

const Row = z.object({ t: z.number(), dir: z.enum([">", "<", "#"]), line: z.string() });

/** JSON lines `{"t": seconds, "dir": ">" | "<" | "#", "line": text}`: both ways of a serial line. */
export const TRANSCRIPT: LogFormat = {
  name: "transcript",
  recognises: (head) => head.some((line) => parse(line) !== null),
  reader() {
    const clock = onwardClock();
    return {
      name: "transcript",
      read(line) {
        if (line.trim() === "") return [];
        const row = parse(line);
        return row === null ? null : observations(row, clock(row.t));
      },
    };
  },
};

function parse(line: string): z.infer<typeof Row> | null {
  if (!line.startsWith("{")) return null;
  try {
    const row = Row.safeParse(JSON.parse(line));
    return row.success ? row.data : null;
  } catch {
    return null;
  }
}

function observations(row: z.infer<typeof Row>, eventTimeS: number): Observation[] {
  const { dir, line } = row;
  if (dir === "#") return [];
  if (dir === ">") return [{ type: "sent", eventTimeS, line, origin: "host" }];
  return [{ type: "received", eventTimeS, line }];
}
