import { dirname, join } from "node:path";
import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";
import { readFleet } from "./fleet.ts";
import { nodeFolder } from "./nodes.ts";
import { textOf } from "./owned_file.ts";
import { tellAccount } from "./tell_account.ts";
import { natsConfigFile } from "./settle.ts";

/**
 * Has every nats-server that runs from this state folder read its configuration again: it lets new
 * devices in, and cuts those off at once that have no right any more. A configuration that it
 * wouldn't take is found before.
 */
export async function reloadBroker(state: string): Promise<Result<string>> {
  const broker = (await readFleet(state))?.broker;
  if (broker?.access === "jwt") return await tellAccount(state, broker);
  const nodes = broker?.nodes ?? [];
  const folders = nodes.length > 0
    ? nodes.map(({ name }) => nodeFolder(state, name))
    : [dirname(natsConfigFile(state))];
  const elsewhere: string[] = [];
  const issues: string[] = [];
  for (const folder of folders) {
    if (await textOf(join(folder, PID_FILE)) === null) elsewhere.push(folder);
    else {
      // One that was killed leaves its number behind, and the others must be told all the same.
      const told = await reloadOne(folder);
      if (!told.ok) issues.push(told.issue);
    }
  }
  if (elsewhere.length > 0) {
    const files = elsewhere.map((folder) => `'${join(folder, CONFIG_FILE)}'`).join(", ");
    issues.push(
      `No nats-server runs from ${files}: have the broker read this again (SIGHUP), and bring it ` +
        `to its machine before if it runs on another`,
    );
  }
  if (issues.length > 0) return refused(issues.join("; "));
  return { ok: true, value: "the broker reads its users again" };
}

const PID_FILE = "nats-server.pid";
const CONFIG_FILE = "nats-server.conf";

async function reloadOne(folder: string): Promise<Result<string>> {
  const file = join(folder, CONFIG_FILE);
  const tried = await natsServer(folder, ["-t", "-c", CONFIG_FILE]);
  if (!tried.ok) return refused(`nats-server doesn't take '${file}': ${tried.issue}`);
  const told = await natsServer(folder, ["--signal", `reload=${join(folder, PID_FILE)}`]);
  return told.ok ? told : refused(
    `The broker could not be told (${told.issue}): have it read '${file}' again (SIGHUP)`,
  );
}

async function natsServer(cwd: string, args: string[]): Promise<Result<string>> {
  try {
    const command = new Deno.Command("nats-server", { args, cwd });
    const { success, stdout, stderr } = await command.output();
    const said = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
    return success ? { ok: true, value: said } : refused(said.trim().split("\n").at(-1) ?? "");
  } catch (error) {
    return refused(reasonOf(error));
  }
}
