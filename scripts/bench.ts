import { runMain } from "./command_line.ts";

const HELP = `Usage: deno task bench NAME [options]

One measurement by name; 'deno task bench NAME --help' says what it measures and what it takes.

  demo        the demo's events on many virtual printers: verdicts and delays
  tap         what the tap adds to a line's way, beside socat
  tap-kill    what a killed tap costs
  motion      the motion twin against a planner's own time
  replay      time and memory of replaying a large file
  network     the detector's network in integers, beside tfjs
  remaining   the twin's guess of a print's length, beside the slicer's
  triage      ten cases in a real browser: keys, clicks and seconds
  console     ingest, pages and rebuild of the cloud side
  memory      memory of tap and agent after hours of lines
  forced-on   how soon the stop relay cuts a heater that is forced on
  light       what tap, agent and senses take of a machine
  pipeline    the whole edge pipeline on one core
`;
const BENCHES: Record<string, (args: string[]) => Promise<void>> = {
  demo: async (args) => (await import("./bench_demo.ts")).benchDemo(args),
  tap: async (args) => (await import("./bench_tap.ts")).benchTap(args),
  "tap-kill": async (args) => (await import("./bench_tap_kill.ts")).benchTapKill(args),
  motion: async (args) => (await import("./bench_motion.ts")).benchMotion(args),
  replay: async (args) => (await import("./bench_replay.ts")).benchReplay(args),
  network: async (args) => (await import("./bench_network.ts")).benchNetwork(args),
  remaining: async (args) => (await import("./bench_remaining.ts")).benchRemaining(args),
  triage: async (args) => (await import("./bench_triage.ts")).benchTriage(args),
  console: async (args) => (await import("./bench_console.ts")).benchConsole(args),
  memory: async (args) => (await import("./bench_memory.ts")).benchMemory(args),
  "forced-on": async (args) => (await import("./bench_forced_on.ts")).benchForcedOn(args),
  light: async (args) => (await import("./bench_light.ts")).benchLight(args),
  pipeline: async (args) => (await import("./bench_pipeline.ts")).benchPipeline(args),
};

await runMain(async () => {
  const [name = "", ...args] = Deno.args;
  if (["--help", "-h", "help"].includes(name)) return console.log(HELP);
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (bench) return await bench(args);
  const names = Object.keys(BENCHES).join(", ");
  throw new RangeError(`Cannot run a bench: one of ${names} was required, got '${name}'`);
});
