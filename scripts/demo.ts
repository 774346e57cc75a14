import { fileURLToPath } from "node:url";
import { optionsOr, parsedArgs, wholeNumber } from "./command_line.ts";
import { drawActs, SHOW, SHOW_PART } from "./show/plan.ts";
import { runShow, type ShowOptions } from "./show/show.ts";

const HELP = `Printwarden's main job, end to end, on this machine alone.

  ./scripts/demo [--exit] [--clean | --inject ID,…] [--seed N] [--port N]

  --exit         end by itself, with one JSON line; the exit code is 0 only if every injected event
                 got the right verdict and a decision made through the console was acted on
  --inject IDS   inject these scenarios at random times and sizes (see: deno task printer --list)
  --clean        inject nothing; must end without a deviation
  --seed N       which printer and which draws (default 1)
  --port N       port of the console (default: a free one)

Without --exit it stays up afterwards, so that you can look around. Ctrl-C ends it.
`;

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** @throws {RangeError} for options that make no sense together, or no sense at all. */
function readOptions(args: string[]): ShowOptions | null {
  const { values } = parsedArgs({
    args,
    options: {
      exit: { type: "boolean", default: false },
      clean: { type: "boolean", default: false },
      inject: { type: "string" },
      seed: { type: "string", default: "1" },
      port: { type: "string", default: "0" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  if (values.clean && values.inject !== undefined) {
    throw new RangeError("Cannot run the demo: one of --clean and --inject was required, got both");
  }
  const seed = wholeNumber("seed", values.seed, 1, 1_000_000);
  const port = wholeNumber("port", values.port, 0, 65_535);
  const ids = values.inject?.split(",").map((id) => id.trim()).filter((id) => id !== "");
  if (ids?.length === 0) {
    throw new RangeError("Cannot read --inject: ids of scenarios were required, got none");
  }
  const drawn = ids ? drawActs(ids, seed) : { acts: [...SHOW], part: SHOW_PART };
  const { acts, part } = values.clean ? { acts: [], part: SHOW_PART } : drawn;
  return { root: ROOT, exit: values.exit, part, acts, seed, port };
}

if (import.meta.main) {
  Deno.exit(await runShow(optionsOr(HELP, readOptions)));
}
