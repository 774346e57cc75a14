/**
 * An agent as its own process, to be killed: prints each line that it saw and, after each, where it
 * would go on. Arguments: socket, and optionally a position as JSON.
 */
import { TapSource } from "../../../edge/source/tap_source.ts";

const [socketPath = "", position] = Deno.args;
const after = position === undefined ? null : JSON.parse(position);
const source = new TapSource({ socketPath, after });
for await (const each of source.observations(new AbortController().signal)) {
  if (each.type === "sent") console.log(JSON.stringify({ line: each.line, at: source.position() }));
}
