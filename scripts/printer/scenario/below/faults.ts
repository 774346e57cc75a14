import type { Machine } from "../../device/machine.ts";
import { driveFan } from "../../thermal/fan.ts";
import { NO_FAULT, resistanceOhm, temperatureC } from "../../thermal/sensor.ts";
import { Random } from "../../random.ts";
import type { BelowWire, Injection } from "../injection.ts";

/** E01: an external fan takes `size` % more heat from the hotend, gusty, and some from the bed. */
export function externalFan(injection: Injection): BelowWire {
  const random = new Random(injection.seed, "gusts");
  let gust = 0;
  return {
    tick(m, share) {
      gust += -0.05 * gust + 0.03 * random.gauss();
      const extra = Math.max(0, injection.size / 100 * share * (1 + gust));
      m.tamper.hotendDraught = extra;
      m.tamper.bedDraught = 0.3 * extra;
    },
    end(m) {
      m.tamper.hotendDraught = 0;
      m.tamper.bedDraught = 0;
    },
  };
}

/** E03: bearings wear (the fan turns slower and unsteadily) or the fan stops. */
export function wornFan(injection: Injection): BelowWire {
  const random = new Random(injection.seed, "bearing");
  let wobble = 0;
  const left = Math.max(0, 1 + injection.size / 100);
  return {
    tick(m, share) {
      wobble += -0.03 * wobble + 0.02 * random.gauss();
      m.fan.health = Math.max(0, 1 + (left - 1) * share) * Math.max(0, 1 + wobble * share);
      return m.fw.fanDuty > 0;
    },
    end(m) {
      m.fan.health = 1;
    },
  };
}

/** B07: firmware drives the part fan at 1 + `size` % of what was commanded. */
export function fanWithheld(injection: Injection): BelowWire {
  const set = (m: Machine, factor: number) => {
    if (m.tamper.fanFactor === factor) return;
    m.tamper.fanFactor = factor;
    driveFan(m.fan, m.p.fan, m.fw.fanDuty / 255 * factor, m.nowS);
  };
  return {
    tick: (m, share) => {
      set(m, Math.max(0, 1 + injection.size / 100 * share));
      return m.fw.fanDuty > 0;
    },
    end: (m) => set(m, 1),
  };
}

/** B05: the heater's switch is held on, whatever the firmware wants. */
export function heaterForced(injection: Injection): BelowWire {
  const which = injection.variant === "bed" ? "bed" : "hotend";
  return {
    tick(m) {
      m.tamper[which].forcedOn = true;
    },
    end(m) {
      m.tamper[which].forcedOn = false;
    },
  };
}

/** B06: the heater gets 1 + `size` % of its power; E05 is the same with a small, slow loss. */
export function heaterCut(injection: Injection): BelowWire {
  const which = injection.variant === "bed" ? "bed" : "hotend";
  return {
    tick(m, share) {
      m.tamper[which].powerFactor = Math.max(0, 1 + injection.size / 100 * share);
    },
    end(m) {
      m.tamper[which].powerFactor = 1;
    },
  };
}

/** E04: electrical noise on the sensor's wires, `size` K (sd) on a reading. */
export function noisySensor(injection: Injection): BelowWire {
  return {
    tick(m, share) {
      const p = m.p.hotend.sensor;
      const full = p.adcBits === 12 ? 4095 : 1023;
      const beadC = m.hotend.sensorC;
      const steps = (tempC: number) => {
        const ohm = p.toleranceFactor * resistanceOhm(p, tempC, p.trueCurve);
        return full * ohm / (ohm + p.pullUpOhm);
      };
      const perKelvin = Math.abs(steps(beadC + 0.5) - steps(beadC - 0.5));
      // Sixteen conversions are averaged: each is four times as noisy as the reading.
      m.tamper.hotend.sensor.noiseSteps = 4 * injection.size * share * perKelvin;
    },
    end(m) {
      m.tamper.hotend.sensor = { ...NO_FAULT };
    },
  };
}

/** E04: a contact that comes and goes; the reading drops by about `size` K while it is bad. */
export function looseSensor(injection: Injection): BelowWire {
  const random = new Random(injection.seed, "contact");
  let bad = false;
  let depth = 1;
  return {
    tick(m, share) {
      if (bad ? random.chance(0.25) : random.chance(0.06)) {
        bad = !bad;
        depth = random.logUniform(0.4, 2.2);
      }
      const p = m.p.hotend.sensor;
      const beadC = m.hotend.sensorC;
      const ohm = p.toleranceFactor * resistanceOhm(p, beadC, p.trueCurve);
      const readC = temperatureC(p, ohm);
      const strayC = readC - injection.size * depth * share;
      const curve = p.assumedCurve;
      const strayOhm = resistanceOhm(p, strayC, curve) - resistanceOhm(p, readC, curve);
      m.tamper.hotend.sensor.contactOhm = bad ? Math.abs(strayOhm) : 0;
    },
    end(m) {
      m.tamper.hotend.sensor = { ...NO_FAULT };
    },
  };
}
