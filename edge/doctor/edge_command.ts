import { CONFIG_DEFAULT } from "../commands/command_line.ts";

/** Words after `edge`, as the whole command that is typed. */
export type EdgeCommand = (words: string) => string;

/**
 * A command of the edge as it is typed [pure].
 *
 * @param file the configuration that it shall take, where it takes one
 */
export function edgeCommand(words: string, file: string = CONFIG_DEFAULT): string {
  const config = file === CONFIG_DEFAULT ? "" : ` --config ${file}`;
  return `deno task edge ${words}${config}`;
}
