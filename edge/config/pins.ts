import type { Sense } from "../source/observation.ts";
import type { Config } from "./schema.ts";
import type { SensesConfig } from "./senses_schema.ts";

/** A Pi's lines below this are pulled up while it boots, the others down (BCM2835, table 6-31). */
const PULLED_UP_BELOW = 9;

/** The lines that a printer's senses use, by the keys that name them. */
export function pinsOf(senses: SensesConfig): [key: string, pin: number][] {
  const pins: [string, number | null][] = [
    ["heaterGate.pin", senses.heaterGate.pin],
    ["fanGate.pin", senses.fanGate.pin],
    ["tachometer.pin", senses.tachometer.pin],
    ["encoder.pin", senses.encoder.pin],
    ["encoder.pinB", senses.encoder.pinB],
    ["hotend.clockPin", senses.hotend.clockPin],
    ["hotend.selectPin", senses.hotend.selectPin],
    ["hotend.dataPin", senses.hotend.dataPin],
    ["door.pin", senses.door.pin],
    ["supply.pin", senses.supply.pin],
    ["relay.pin", senses.relay.pin],
    ["relay.contactPin", senses.relay.contactPin],
  ];
  return pins.filter((entry): entry is [string, number] => entry[1] !== null);
}

/** Whether a printer has any sense of its own, or a relay. */
export function hasSenses({ senses }: { senses: SensesConfig }): boolean {
  return sensesOf({ senses }).length > 0 || senses.relay.pin !== null;
}

/** The senses that a printer is said to have. */
export function sensesOf({ senses }: { senses: SensesConfig }): Sense[] {
  const { heaterGate, fanGate, tachometer, encoder, hotend, ambient, door, supply } = senses;
  const wired: [Sense, boolean][] = [
    ["hotendDuty", heaterGate.pin !== null],
    ["fanDuty", fanGate.pin !== null],
    ["fanRpm", tachometer.pin !== null],
    ["filamentMm", encoder.pin !== null],
    ["secondHotendC", hotend.device !== null || hotend.dataPin !== null],
    ["ambientC", ambient.file !== null || ambient.coldEnd],
    ["doorOpen", door.pin !== null],
    ["supplyGood", supply.pin !== null],
  ];
  return wired.filter(([, isWired]) => isWired).map(([sense]) => sense);
}

/** What can't be wired so: a line twice, half a thermometer, a relay that moves while the Pi boots. */
export function pinIssues({ printer, gpio }: Config): string[] {
  const issues: string[] = [];
  const taken = new Map<number, string>();
  printer.forEach(({ senses, suite }, index) => {
    const at = `printer[${index}].senses`;
    for (const [key, pin] of pinsOf(senses)) {
      const other = taken.get(pin);
      if (other) {
        issues.push(`'${at}.${key}': a line of its own was required, ${pin} is ${other}'s`);
      }
      taken.set(pin, `${at}.${key}`);
    }
    if (hasSenses({ senses }) && suite !== "S2") {
      issues.push(`'printer[${index}].suite': "S2" was required with senses, got "${suite}"`);
    }
    issues.push(...thermometerIssues(at, senses), ...relayIssues(at, senses, gpio.chip === null));
  });
  return issues;
}

function thermometerIssues(at: string, { hotend, ambient, encoder }: SensesConfig): string[] {
  const pins = [hotend.clockPin, hotend.selectPin, hotend.dataPin];
  const given = pins.filter((pin) => pin !== null).length;
  const issues: string[] = [];
  if (given > 0 && given < 3) {
    issues.push(`'${at}.hotend': clockPin, selectPin and dataPin were required together`);
  }
  if (given > 0 && hotend.device !== null) {
    issues.push(`'${at}.hotend': either a device or pins were required, got both`);
  }
  if (encoder.pinB !== null && encoder.pin === null) {
    issues.push(`'${at}.encoder.pin': channel A was required with channel B`);
  }
  const isChip = given === 3 || hotend.device?.startsWith("/dev/spidev");
  if (ambient.coldEnd && !isChip) {
    issues.push(`'${at}.ambient.coldEnd': a MAX31855 at 'hotend' was required`);
  }
  return issues;
}

/** Energised must be the level that the Pi's own pull does not give while it boots. */
function relayIssues(at: string, { relay }: SensesConfig, isPi: boolean): string[] {
  if (relay.pin === null || !isPi) return [];
  const bootsHigh = relay.pin < PULLED_UP_BELOW;
  if (bootsHigh === relay.activeLow) return [];
  const [level, lines] = relay.activeLow ? ["low", "0 to 8"] : ["high", "9 to 27"];
  return [
    `'${at}.relay.pin': one of ${lines} was required for a relay that a ${level} level ` +
    `energises, got ${relay.pin}: it would move while the Pi boots`,
  ];
}
