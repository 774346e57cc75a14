import { fromCaller } from "../edge/commands/command_line.ts";
import { parsedArgs, runMain } from "./command_line.ts";
import { type ProofFigures, proveCluster } from "./replicated/proof.ts";
import { clusterServer, versionOf } from "./replicated/server.ts";
import { MEMBERS, startCluster } from "./replicated/site.ts";
import { nodeFolder } from "../cloud/provision/nodes.ts";

const HELP =
  `Three nats-servers and two aggregators on this machine, as 'cloud provision --node' sets them up.
A nats-server of 2.15 or later is taken from Debian's testing suite into a folder of ours (once; apt
checks its signature, and nothing of the system changes) unless there is one.

  scripts/cluster [--state DIR]               starts them and says where; Ctrl-C ends all
  scripts/cluster --proof [--quick] [--seed N] [--per-kind N] [--fault-s N] [--rate N] [--json]
                              kills each of them and cuts each one's links while threats arrive and
                              two experts decide each case at once; counts what was lost, doubled or
                              decided twice, and exits with 1 if anything was
  --quick      one fault of each kind, 4 s each; otherwise all ten, 15 s each
  --rate N     deviations a second (default 10)
`;

async function main(args: string[]): Promise<void> {
  const { values } = parsedArgs({
    args,
    options: {
      state: { type: "string" },
      proof: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      "per-kind": { type: "string" },
      "fault-s": { type: "string" },
      rate: { type: "string", default: "10" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const state = values.state === undefined
    ? await Deno.makeTempDir({ prefix: "printwarden-cluster-" })
    : fromCaller(values.state);
  const server = await clusterServer();
  console.error(`nats-server ${await versionOf(server)}: ${server}`);
  if (!values.proof) return await hold(state, server);
  const figures = await proveCluster(state, {
    server,
    seed: whole("seed", values.seed),
    perKind: whole("per-kind", values["per-kind"] ?? (values.quick ? "1" : "3")),
    faultS: whole("fault-s", values["fault-s"] ?? (values.quick ? "4" : "15")),
    perS: whole("rate", values.rate),
    tell: (line) => console.error(line),
  });
  const { made, oneWon } = figures;
  if (made === 0 || oneWon === 0) {
    const got = `${made} and ${oneWon}`;
    throw new Error(`Cannot judge: deviations and races that one won were required, got ${got}`);
  }
  const good = isGood(figures);
  console.log(values.json ? JSON.stringify(figures) : inWords(figures));
  if (!good) console.error(`Not all is well: the logs are in ${state}`);
  else if (values.state === undefined) await Deno.remove(state, { recursive: true });
  Deno.exitCode = good ? 0 : 1;
}

function isGood(figures: ProofFigures): boolean {
  const { lost, lostByBroker, doubled, alertsLost, alertsDoubled, split, unclear } = figures;
  return lost + lostByBroker + doubled + alertsLost + alertsDoubled + split + unclear === 0;
}

/** Runs until it is asked to end. */
async function hold(state: string, server: string): Promise<void> {
  const cluster = await startCluster(state, server, []);
  for (const [name, url] of Object.entries(cluster.urls)) console.log(`Console ${name}: ${url}`);
  for (const name of MEMBERS) console.log(`nats-server ${name}: ${nodeFolder(state, name)}`);
  console.log(
    `Logs: ${state}/*.log (a set-up link for the first admin stands in a1.log or a2.log)`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, () => resolve());
    }
  });
  await cluster.stop();
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`Cannot read --${name}: a whole number from 1 was required, got '${text}'`);
}

function inWords(figures: ProofFigures): string {
  return Object.entries(figures).map(([name, value]) => `${name}: ${value}`).join("\n");
}

await runMain(() => main(Deno.args));
