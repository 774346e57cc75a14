import type { Config } from "../../../edge/config.ts";
import { Senses, type SensesParts } from "../../../edge/senses/senses.ts";
import { SensesLink } from "../../../edge/source/senses/senses_link.ts";
import { configWith } from "../config_fixture.ts";
import { FakeLines } from "./fake_lines.ts";

/** Where everything is wired in these tests. */
export const PINS = { gate: 17, fan: 27, a: 23, b: 24, door: 5, supply: 6, relay: 26, contact: 16 };

export const WIRED = `suite = "S2"
[printer.senses.heaterGate]
pin = ${PINS.gate}
activeLow = false
[printer.senses.fanGate]
pin = ${PINS.fan}
activeLow = false
[printer.senses.encoder]
pin = ${PINS.a}
pinB = ${PINS.b}
[printer.senses.door]
pin = ${PINS.door}
[printer.senses.supply]
pin = ${PINS.supply}
activeLow = false
[printer.senses.relay]
pin = ${PINS.relay}
`;

/** A configuration of one printer `p1`, with whatever lines of its table. */
export function configOf(more = WIRED, run = "/nowhere"): Config {
  return configWith(`run = "${run}"`, `response = "stop"\n${more}`);
}

/** Senses on fake lines with a real socket, and the agent's link to them. */
export async function startSenses(more = WIRED, lines = new FakeLines()) {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-senses-" });
  const socketPath = `${folder}/senses.sock`;
  const logged: string[] = [];
  const parts: SensesParts = {
    lines,
    libc: () => {
      throw new Error("Cannot open the device: there is none in this test");
    },
    nowS: () => performance.now() / 1000,
    bootId: crypto.randomUUID(),
    socketPath,
    log: (text) => void logged.push(text),
    pauseS: () => {},
    random: () => Math.random(),
  };
  const senses = new Senses(configOf(more).printer, parts);
  await senses.begin();
  const troubles: string[] = [];
  const link = new SensesLink(socketPath, (reason) => void troubles.push(reason));
  const stopped = new AbortController();
  const running = link.run(stopped.signal);
  return {
    lines,
    senses,
    link,
    logged,
    troubles,
    folder,
    socketPath,
    nowS: parts.nowS,
    async stop() {
      stopped.abort();
      senses.close();
      await running;
      await Deno.remove(folder, { recursive: true });
    },
  };
}
