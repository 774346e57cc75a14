import type { Machine } from "../../../printer/device/machine.ts";
import type { PrinterParameters } from "../../../printer/parameters.ts";
import { Random } from "../../../printer/random.ts";
import { fanAir } from "../../../printer/thermal/fan.ts";
import { type Hotend, stepHotend } from "../../../printer/thermal/hotend.ts";
import { regulate, type Regulator } from "../../../printer/thermal/regulator.ts";
import { NO_FAULT, readSensor } from "../../../printer/thermal/sensor.ts";
import { type Attack, below, type Ledger, USUAL } from "../attack.ts";

const STRAY_MAX_K = 70;

function stray(m: Machine, ledger: Ledger): void {
  const targetC = m.fw.hotendTargetC;
  if (targetC <= 0) return;
  ledger.damage += Math.abs(m.hotend.blockC - targetC) * m.p.firmware.controlS;
}

function clear(m: Machine): void {
  const { hotend } = m.tamper;
  hotend.aimC = 0;
  hotend.report = null;
  hotend.duty = null;
  m.tamper.protectionOff = false;
}

/** A hotend that exists only in the attacker's firmware: what would have been without the attack. */
class Shadow {
  #hotend: Hotend;
  #regulator: Regulator;
  #random: Random;
  #furthestMm: number;
  readC: number;

  constructor(m: Machine, readonly p: PrinterParameters, seed: number) {
    this.#hotend = { ...m.hotend };
    this.#regulator = { ...m.hotendHeater.regulator };
    this.#random = new Random(seed, "shadow");
    this.#furthestMm = m.furthestMm;
    this.readC = m.hotendHeater.trueReadC;
  }

  get duty(): number {
    return this.#regulator.output;
  }

  step(m: Machine): void {
    const dtS = this.p.firmware.controlS;
    const { world, hotend } = this.p;
    const fresh = Math.max(0, m.furthestMm - this.#furthestMm);
    this.#furthestMm = Math.max(this.#furthestMm, m.furthestMm);
    stepHotend(this.#hotend, hotend, {
      duty: this.duty / 127,
      powerFactor: (world.supplyV / world.nominalV) ** 2,
      ambientC: m.airC,
      air: fanAir(m.fan, this.p.fan),
      draught: 0,
      meltWPerK: world.filamentJPerKPerMm * fresh / dtS,
    }, dtS);
    this.readC = readSensor(hotend.sensor, this.#hotend.sensorC, this.#random, NO_FAULT);
    regulate(this.#regulator, hotend.regulator, m.fw.hotendTargetC, this.readC, dtS);
  }
}

/** Reports come from an exact model that runs in the firmware beside the true hotend. */
export const FORGED_BY_MODEL: Attack = {
  ...USUAL,
  id: "report and duty forged by an exact model",
  title: "hotend colder, readings and duty those of a simulated honest hotend",
  trick: "knows the printer's true parameters, fan, flow and noise",
  knob: "K",
  low: 1,
  high: STRAY_MAX_K,
  unit: "K·s",
  make: (sizeK, ledger, printer) => forged(sizeK, ledger, printer, printer),
};

/** The same with what an attacker could measure from outside: every parameter a little wrong. */
export const FORGED_BY_ROUGH_MODEL: Attack = {
  ...FORGED_BY_MODEL,
  id: "report and duty forged by a model 5 % off",
  title: "the same with power, loss, fan and filament 5 % off",
  trick: "a thermal model identified from outside",
  make: (sizeK, ledger, printer) => {
    const p = structuredClone(printer);
    p.hotend.powerW *= 0.95;
    p.hotend.fanWPerK *= 1.05;
    p.hotend.convectionW *= 1.05;
    p.world.filamentJPerKPerMm *= 0.95;
    return forged(sizeK, ledger, printer, p);
  },
};

function forged(sizeK: number, ledger: Ledger, _true: PrinterParameters, model: PrinterParameters) {
  return below("forged by a model", (injection) => {
    let shadow: Shadow | null = null;
    return {
      below: {
        tick(m) {
          if (shadow === null) {
            const own = new Shadow(m, model, injection.seed);
            shadow = own;
            m.tamper.protectionOff = true;
            m.tamper.hotend.report = () => own.readC;
            m.tamper.hotend.duty = () => own.duty;
          }
          shadow.step(m);
          m.tamper.hotend.aimC = -sizeK;
          stray(m, ledger);
        },
        end: clear,
      },
    };
  });
}

/** Ticks that the attacker keeps: five minutes, more than any guard compares. */
const TAPE_S = 300;
/** Where the tape may be cut in, K and 127ths. */
const SEAM_K = 0.15;
const SEAM_DUTY = 3;

/** A long recording, cut in where reading and duty agree with its beginning. */
export const REPLAY_AT_A_SEAM: Attack = {
  ...USUAL,
  id: "replay cut in at matching temperatures",
  title: "hotend colder, five minutes of true readings and duties played again",
  trick: "cut in where temperature and duty agree, longer than any lag that is searched",
  knob: "K",
  low: 1,
  high: STRAY_MAX_K,
  unit: "K·s",
  make: (sizeK, ledger) =>
    below("replay at a seam", () => {
      const tape: { readC: number; duty: number }[] = [];
      let at = -1;
      return {
        below: {
          tick(m) {
            const heater = m.hotendHeater;
            if (at < 0) {
              tape.push({ readC: heater.trueReadC, duty: heater.regulator.output });
              if (tape.length * m.p.firmware.controlS < TAPE_S) return false;
              const [first, last] = [tape[0]!, tape[tape.length - 1]!];
              const fits = Math.abs(first.readC - last.readC) < SEAM_K &&
                Math.abs(first.duty - last.duty) <= SEAM_DUTY;
              if (!fits) {
                tape.shift();
                return false;
              }
              m.tamper.protectionOff = true;
              m.tamper.hotend.report = () => tape[Math.min(at, tape.length - 1)]!.readC;
              m.tamper.hotend.duty = () => tape[Math.min(at, tape.length - 1)]!.duty;
            }
            at = (at + 1) % tape.length;
            m.tamper.hotend.aimC = -sizeK;
            stray(m, ledger);
          },
          end: clear,
        },
      };
    }),
};
