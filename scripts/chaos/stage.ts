import { join } from "node:path";
import { loadConfig } from "../../edge/config.ts";
import { readPortOf } from "../../cloud/provision/console_port.ts";
import { type ProvisionedSite, startProvisionedSite, until } from "../provisioned_site.ts";
import { type Mortal, mortal } from "./mortal.ts";
import { startTraffic, type Traffic } from "./traffic.ts";

const PRINTERS = ["p1", "p2"] as const;
const ROOT = new URL("../../", import.meta.url).pathname;

/** The whole chain, each part the real program in a process of its own. */
export interface Stage {
  folder: string;
  site: ProvisionedSite;
  agent: Mortal;
  aggregator: Mortal;
  taps: { printer: string; tap: Mortal; traffic: Traffic }[];
  ledgerFile: string;
  /** The console's address, and a token that may decide. */
  url: string;
  token: string;
}

/** Runs one of the product's commands to its end. @throws {Error} with what it said if it failed */
async function command(program: "cloud" | "edge", args: string[], typed = ""): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `${program}/main.ts`, ...args],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(typed));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (success) return new TextDecoder().decode(stdout).trim();
  throw new Error(`Cannot go on: '${program} ${args[0]}': ${new TextDecoder().decode(stderr)}`);
}

function program(folder: string, name: string, file: string, args: string[]): Mortal {
  return mortal({
    command: Deno.execPath(),
    args: ["run", "-A", "--quiet", file, ...args],
    cwd: ROOT,
    logFile: `${folder}/${name}.log`,
  });
}

/** A busy machine may take so long for one start, s. */
const START_S = 180;

/** Starts broker and aggregator, lets a device in by a token, and starts its taps and its agent. */
export async function startStage(seed: number, perS: number): Promise<Stage> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-chaos-" });
  const site = await startProvisionedSite([]);
  const cloudState = ["--state", site.state, "--nats", site.natsUrl];
  const first = program(folder, "aggregator", "cloud/main.ts", ["serve", ...cloudState]);
  try {
    first.start();
    const port = await until("the aggregator to listen", () => readPortOf(site.state), START_S);
    const url = `http://localhost:${port}`;
    const words = ["token", "--name", "chaos", "--days", "2", ...cloudState];
    const token = await command("cloud", words);
    const configFile = await enrol(site, folder, url);
    // From now on it has to come back where it was.
    await first.stop();
    const serve = ["serve", ...cloudState, "--port", String(port)];
    const aggregator = program(folder, "aggregator", "cloud/main.ts", serve);
    aggregator.start();
    return { ...startEdge(folder, configFile, seed, perS), folder, site, aggregator, url, token };
  } catch (error) {
    await first.stop();
    await site.stop();
    throw error;
  }
}

function startEdge(folder: string, configFile: string, seed: number, perS: number) {
  const taps = PRINTERS.map((printer) => startLine(folder, printer, perS / PRINTERS.length));
  const ledgerFile = `${folder}/ledger`;
  Deno.writeTextFileSync(ledgerFile, "");
  const args = [configFile, ledgerFile, String(seed)];
  const agent = program(folder, "agent", "scripts/chaos/agent.ts", args);
  agent.start();
  return { taps, ledgerFile, agent };
}

/** Ends everything; its folders are copied to `keepIn` first, or only removed. */
export async function stopStage(stage: Stage, keepIn: string | null): Promise<void> {
  const { folder, site, taps, agent, aggregator } = stage;
  for (const { tap, traffic } of taps) {
    await tap.stop();
    await traffic.stop();
  }
  await agent.stop();
  await aggregator.stop();
  if (keepIn !== null) await keep(keepIn, { edge: folder, cloud: site.state });
  await site.stop();
  await Deno.remove(folder, { recursive: true });
}

/** Copies folders, keys and all, beneath a new one. */
async function keep(target: string, folders: Record<string, string>): Promise<void> {
  await Deno.mkdir(target, { recursive: true, mode: 0o700 });
  for (const [name, folder] of Object.entries(folders)) {
    await new Deno.Command("cp", { args: ["-a", folder, `${target}/${name}`] }).output();
  }
}

/** The device's folder is made by the same two commands that a person uses. */
async function enrol(site: ProvisionedSite, folder: string, url: string): Promise<string> {
  const token = await command("cloud", ["enrol", "--state", site.state, "--console", url]);
  await command("edge", ["enrol", "--state", folder, "--token", "-"], token);
  const enrolled = await loadConfig(`${folder}/printwarden.toml`);
  if (!enrolled.ok) throw new Error(enrolled.issue);
  const { device, nats } = enrolled.value;
  const printers = PRINTERS.map((name) =>
    `[[printer]]\nname = "${name}"\nport = "unused/${name}"\n`
  );
  const file = join(folder, "chaos.toml");
  await Deno.writeTextFile(
    file,
    `site = "${enrolled.value.site}"\ndevice = "${device}"\nstate = "${folder}"\n` +
      `clock = "trusted"\n[nats]\nurl = "${nats.url}"\nkeyFile = "${nats.keyFile}"\n` +
      `trustFile = "${nats.trustFile}"\n${nats.caFile ? `caFile = "${nats.caFile}"\n` : ""}` +
      `presenceIntervalS = 2\n${printers.join("")}`,
  );
  return file;
}

function startLine(folder: string, printer: string, perS: number) {
  const traffic = startTraffic(`${folder}/run/${printer}.tty`, `${folder}/${printer}.port`, perS);
  const tap = program(folder, `tap-${printer}`, "edge/tap/main.ts", [
    "--port",
    traffic.port,
    "--printer",
    printer,
    "--state",
    folder,
  ]);
  tap.start();
  return { printer, tap, traffic };
}
