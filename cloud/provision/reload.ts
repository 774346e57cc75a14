import { refused, type Result } from "../../shared/result.ts";
import { textOf } from "./owned_file.ts";
import { natsConfigFile, pidFile } from "./provision.ts";

/**
 * Has the nats-server that runs from this state folder read its configuration again: it lets new
 * devices in, and cuts those off at once that have no right any more. A configuration that it
 * wouldn't take is found before.
 */
export async function reloadBroker(state: string): Promise<Result<string>> {
  const file = natsConfigFile(state);
  const elsewhere = `have the broker read '${file}' again (SIGHUP)`;
  if (await textOf(pidFile(state)) === null) {
    return refused(`No nats-server runs from '${state}': ${elsewhere}`);
  }
  const tried = await natsServer(["-t", "-c", file]);
  if (!tried.ok) return refused(`nats-server doesn't take '${file}': ${tried.issue}`);
  const told = await natsServer(["--signal", `reload=${pidFile(state)}`]);
  return told.ok
    ? { ok: true, value: "the broker reads its users again" }
    : refused(`The broker could not be told (${told.issue}): ${elsewhere}`);
}

async function natsServer(args: string[]): Promise<Result<string>> {
  try {
    const { success, stdout, stderr } = await new Deno.Command("nats-server", { args }).output();
    const said = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
    return success ? { ok: true, value: said } : refused(said.trim().split("\n").at(-1) ?? "");
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}
