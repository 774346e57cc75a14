import { type Config, loadConfig } from "../config.ts";
import { fail, fromCaller } from "./command_line.ts";

/** What `--config` and `--state` name, seen from where the person typed it. */
export interface ConfigPlace {
  config: string;
  state?: string | undefined;
}

/** The folder that `--state` names; undefined without it. */
export function stateOf({ state }: Pick<ConfigPlace, "state">): string | undefined {
  return state === undefined ? undefined : fromCaller(state);
}

/** The configuration that the command line names; one that can't be read ends the program. */
export async function configOf(place: ConfigPlace): Promise<Config> {
  const loaded = await loadConfig(fromCaller(place.config), stateOf(place));
  if (!loaded.ok) fail(loaded.issue);
  return loaded.value;
}

/**
 * The printer that `--printer` names, or the only one there is; without either the program ends.
 *
 * @param action what can't be done then, such as `resume`
 */
export function printerOf(config: Config, printer: string | undefined, action: string): string {
  const names = config.printer.map(({ name }) => name);
  const chosen = printer ?? (names.length === 1 ? names[0] : undefined);
  if (chosen !== undefined && names.includes(chosen)) return chosen;
  fail(`Cannot ${action}: --printer of ${names.join(", ")} was required, got '${chosen}'`);
}
