/** `deno task bench NAME [options]`: one measurement by name; each file says what it measures. */
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

const [name = "", ...args] = Deno.args;
const bench = BENCHES[name];
if (!bench) {
  const names = Object.keys(BENCHES).join(", ");
  console.error(`Cannot run a bench: one of ${names} was required, got '${name}'`);
  Deno.exit(2);
}
try {
  await bench(args);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  Deno.exit(2);
}
