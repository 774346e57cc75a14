import { type Config, type PrinterConfig, sensesSocket } from "../config.ts";
import { hasSenses, sensesOf } from "../config/pins.ts";
import { decodeSensesMessage, type RelayState, type SensesMessage } from "../senses/protocol.ts";
import type { Sense } from "../source/observation.ts";
import { type Check, fine, hint, isForbidden, mustDo, reasonOf, tried } from "./check.ts";

/** Every sense has spoken by then, ms. */
const LISTEN_MS = 1500;
const START = "start it: deno task senses (on a card: systemctl start printwarden-senses)";
const TWO_CHANNELS = "fine for jobs with few retractions; else wire encoder.pinB as well";
const WIRING = "check its wiring against edge/senses/README.md";

type Told = Extract<SensesMessage, { type: "readings" }>["readings"][number];

/** What was heard at the senses' socket. */
interface Heard {
  readings: Map<string, Told[]>;
  faults: Map<string, string>;
  relays: Map<string, RelayState | null>;
}

/** How each sense's value is said. */
const SAID: Record<Sense, (value: number) => string> = {
  hotendDuty: (duty) => `the heater's gate is on for ${Math.round(duty * 100)} % of the time`,
  fanDuty: (duty) => `the fan's gate is on for ${Math.round(duty * 100)} % of the time`,
  fanRpm: (rpm) => `the fan turns ${Math.round(rpm)} times a minute`,
  filamentMm: (mm) => `${mm.toFixed(1)} mm of filament have passed since it started`,
  secondHotendC: (c) => `the second thermometer shows ${c.toFixed(1)} °C`,
  ambientC: (c) => `the air is at ${c.toFixed(1)} °C`,
  doorOpen: (open) => open > 0.5 ? "the door is open" : "the door is closed",
  supplyGood: (good) => good > 0.5 ? "the supply is good" : "the supply is bad",
};

/** What every sense of the configuration tells now; none where none is wired. */
export async function checkSenses(config: Config): Promise<Check[]> {
  const printers = config.printer.filter(hasSenses);
  if (printers.length === 0) return [];
  const heard: Heard = { readings: new Map(), faults: new Map(), relays: new Map() };
  const program = await tried("senses", () => listen(sensesSocket(config), heard));
  if (program.state !== "ok") return [program];
  return [
    program,
    ...printers.flatMap((printer) => [
      ...sensesOf(printer).map((sense) => checkSense(printer, sense, heard)),
      ...checkRelay(printer, heard),
    ]),
  ];
}

async function listen(path: string, heard: Heard): Promise<Check> {
  let socket: Deno.UnixConn;
  try {
    socket = await Deno.connect({ transport: "unix", path });
  } catch (error) {
    if (isForbidden(error)) throw error;
    return mustDo("senses", `nobody answers at ${path}: ${reasonOf(error)}`, START);
  }
  const timer = setTimeout(() => socket.close(), LISTEN_MS);
  const issue = await hear(socket, heard);
  clearTimeout(timer);
  if (issue !== null) return mustDo("senses", `they speak another language: ${issue}`, START);
  return fine("senses", `they answer at ${path}`);
}

/** Takes everything in until the socket is closed; what is no message ends it with a reason. */
async function hear(socket: Deno.UnixConn, heard: Heard): Promise<string | null> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(16_384);
  let rest = "";
  for (;;) {
    const length = await socket.read(buffer).catch(() => null);
    if (length === null) return null;
    const lines = (rest + decoder.decode(buffer.subarray(0, length), { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const message = decodeSensesMessage(line);
      if (!message.ok) return message.issue;
      note(message.value, heard);
    }
  }
}

function note(message: SensesMessage, heard: Heard): void {
  if (message.type === "readings") {
    const before = heard.readings.get(message.printer) ?? [];
    heard.readings.set(message.printer, [...before, ...message.readings]);
  }
  if (message.type === "fault") {
    const key = `${message.printer} ${message.sense}`;
    if (message.fault === null) heard.faults.delete(key);
    else heard.faults.set(key, message.fault);
  }
  if (message.type !== "hello") return;
  for (const { printer, relay, faults } of message.printers) {
    heard.relays.set(printer, relay);
    for (const { sense, fault } of faults) heard.faults.set(`${printer} ${sense}`, fault);
  }
}

function checkSense({ name, senses }: PrinterConfig, sense: Sense, heard: Heard): Check {
  const check = `${sense} of ${name}`;
  const told = (heard.readings.get(name) ?? []).filter((one) => one.sense === sense).at(-1);
  const fault = heard.faults.get(`${name} ${sense}`);
  if (fault !== undefined || told?.value === null) {
    return mustDo(check, fault ?? "it is at fault", WIRING);
  }
  if (told === undefined) {
    return hint(check, "it has said nothing yet", "try again in a moment");
  }
  const found = SAID[sense](told.value);
  if (sense !== "filamentMm" || senses.encoder.pinB !== null) return fine(check, found);
  return hint(
    check,
    `${found}; with one channel what is drawn back counts as passed`,
    TWO_CHANNELS,
  );
}

function checkRelay({ name, senses, response }: PrinterConfig, heard: Heard): Check[] {
  if (senses.relay.pin === null) return [];
  const check = `stop relay of ${name}`;
  const state = heard.relays.get(name) ?? null;
  if (state === null) {
    return [mustDo(check, "its line can't be had; the log of the senses says why", WIRING)];
  }
  if (state.fault !== null) return [mustDo(check, state.fault, WIRING)];
  if (state.energised) {
    const todo = `look at the printer, then: edge resume --printer ${name}`;
    return [hint(check, `the heaters are cut: ${state.reason}`, todo)];
  }
  if (response === "stop") return [fine(check, "it is at rest and reads back as it should")];
  const found = `it is at rest; response is "${response}", so no decision moves it`;
  return [
    hint(check, found, 'set response to "stop" if an expert\'s decision may cut the heaters'),
  ];
}
