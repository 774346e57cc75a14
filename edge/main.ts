/** The edge agent's command line. */
import { toldError } from "../shared/told_error.ts";

const HELP = `Usage: edge COMMAND [options]

  run            run the agent: watch the printers of the configuration
  enrol          make this device's keys and have a site let it in
  first-boot     take a card's printwarden.toml into this machine
  job            register what a printer is going to print
  maintenance    announce that a printer will be changed by hand
  resume         let a job go on whose lines the agent withholds
  config         print an example of the configuration, or check one
  replay         examine a log from a disk; no hardware is needed
  doctor         check everything that a guard needs, and say what to do
  known-issues   list and explain what deviations are held against
  models         list the networks, adopt or reject a candidate
  update         install a signed release, and go back if it doesn't do well
  export-decisions   write what experts marked to be learnt, for training

edge COMMAND --help says more.
`;

const EXIT_USAGE = 2;

type Load = () => Promise<{ run(args: string[]): Promise<void> }>;

/** Each command is loaded only when it is asked for: the agent needs little of the others. */
const COMMANDS: Record<string, Load> = {
  run: () => import("./commands/run.ts"),
  enrol: () => import("./commands/enrol.ts"),
  "first-boot": () => import("./commands/first_boot.ts"),
  job: () => import("./commands/job.ts"),
  maintenance: () => import("./commands/maintenance.ts"),
  resume: () => import("./commands/resume.ts"),
  config: () => import("./commands/config.ts"),
  replay: () => import("./commands/replay.ts"),
  doctor: () => import("./commands/doctor.ts"),
  models: () => import("./commands/models.ts"),
  update: () => import("./commands/update.ts"),
  "export-decisions": () => import("./commands/export_decisions.ts"),
  "known-issues": () => import("./commands/known_issues.ts"),
};

async function run(name: string, load: Load, args: string[]): Promise<void> {
  try {
    await (await load()).run(args);
  } catch (error) {
    const told = toldError(`Cannot run '${name}'`, error);
    if (told === null) throw error;
    console.error(told);
    Deno.exit(EXIT_USAGE);
  }
}

if (import.meta.main) {
  const [name = "", ...args] = Deno.args;
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load) await run(name, load, args);
  else if (name === "--help" || name === "-h" || name === "help") console.log(HELP);
  else {
    console.error(
      `Cannot run the edge: one of these commands was required, got '${name}'\n\n${HELP}`,
    );
    Deno.exit(EXIT_USAGE);
  }
}
