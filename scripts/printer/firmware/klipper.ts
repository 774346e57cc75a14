import { type Machine, say } from "../device/machine.ts";
import { type Command, G, M, T } from "./command.ts";

/** Commands that Klipper's G-code port knows with a common configuration. */
const KNOWN_G = new Set([0, 1, 2, 3, 4, 10, 11, 20, 21, 28, 90, 91, 92]);
const KNOWN_M = new Set([
  18,
  20,
  21,
  23,
  24,
  25,
  26,
  27,
  82,
  83,
  84,
  104,
  105,
  106,
  107,
  108,
  109,
  110,
  112,
  114,
  115,
  117,
  118,
  119,
  140,
  190,
  204,
  220,
  221,
  400,
]);

/** Whether Klipper runs a command; extended commands in words are taken as known. */
export function klipperKnows(c: Command): boolean {
  if (c.letter === G) return KNOWN_G.has(c.code);
  if (c.letter === M) return KNOWN_M.has(c.code);
  return c.letter === T ? c.code === 0 : /^[A-Z_]{3,}/.test(c.text.trim().toUpperCase());
}

/** Klipper's own answers; `false` when the common code answers. */
export function klipperAnswers(m: Machine, c: Command): boolean {
  if (c.letter === G && c.code === 20) {
    say(m, "!! Machine does not support G20 (inches) command");
    return true;
  }
  if (c.letter !== M) return c.letter === 0;
  switch (c.code) {
    case 110:
    case 21:
      return true;
    case 119:
      say(m, "x:open y:open z:open");
      return true;
    default:
      return false;
  }
}
