import { fileURLToPath } from "node:url";
import { valuesOf } from "./command_line.ts";
import { writeLongTranscript } from "./recorded_print.ts";

const HELP = `Usage: deno task bench replay [--mb 100] [--json]

Time and memory of replaying a transcript of so many megabytes, and of a tenth of it.
`;
const MAIN = fileURLToPath(new URL("../edge/main.ts", import.meta.url));
const SAMPLE_MS = 50;
const MB = 1e6;

/** What one replay of a long file took. */
export interface ReplayCost {
  megabytes: number;
  seconds: number;
  /** Highest resident memory of the whole process while it ran, MB. */
  residentMb: number;
  exitCode: number;
  summary: string;
}

/**
 * A young heap of 1 MB and an old one of 48 MB: V8 then cleans up as it goes, instead of taking
 * what a machine with plenty of memory has, and a leak would end the process.
 */
export const TIGHT_HEAP = "--v8-flags=--max-old-space-size=48,--max-semi-space-size=1";

/**
 * Replays a transcript of at least so many megabytes in a process of its own and watches it.
 *
 * @param options `flags` for Deno, and `more` words after the file; `{folder}` stands for a folder
 */
export async function replayCost(
  megabytes: number,
  options: { flags?: string[]; more?: string[] } = {},
): Promise<ReplayCost> {
  const { flags = [], more = [] } = options;
  const folder = await Deno.makeTempDir({ prefix: "replay-bench-" });
  try {
    const file = `${folder}/long.jsonl`;
    const bytes = await writeLongTranscript(file, megabytes * MB);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        ...flags,
        "--allow-read",
        `--allow-write=${folder}`,
        "--allow-env",
        MAIN,
        "replay",
        file,
      ]
        .concat(more.map((word) => word.replace("{folder}", folder))),
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const startMs = performance.now();
    let residentMb = 0;
    const timer = setInterval(() => {
      residentMb = Math.max(residentMb, residentMbOf(child.pid));
    }, SAMPLE_MS);
    const { code, stderr } = await child.output();
    clearInterval(timer);
    const seconds = (performance.now() - startMs) / 1000;
    const summary = new TextDecoder().decode(stderr).trim();
    return { megabytes: bytes / MB, seconds, residentMb, exitCode: code, summary };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function residentMbOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

/** Measures a replay; prints sentences or JSON. */
export async function benchReplay(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, {
    mb: { type: "string", default: "100" },
    json: { type: "boolean", default: false },
  });
  if (values === null) return;
  const wished = Number(values.mb);
  if (!(wished >= 1 && wished <= 4000)) {
    throw new RangeError(`Cannot bench: --mb from 1 to 4000 was required, got '${values.mb}'`);
  }
  const small = await replayCost(Math.max(1, wished / 10));
  const large = await replayCost(wished);
  const figures = {
    mb: Math.round(large.megabytes),
    seconds: Number(large.seconds.toFixed(1)),
    mbPerS: Number((large.megabytes / large.seconds).toFixed(1)),
    residentMb: Math.round(large.residentMb),
    residentMbOfATenth: Math.round(small.residentMb),
  };
  if (values.json) return console.log(JSON.stringify(figures));
  console.log(
    `${figures.mb} MB in ${figures.seconds} s (${figures.mbPerS} MB/s), ` +
      `${figures.residentMb} MB resident, ${figures.residentMbOfATenth} MB with a tenth of it`,
  );
  console.log(large.summary);
}
