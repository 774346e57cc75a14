import { receive } from "../../device/advance.ts";
import type { Machine } from "../../device/machine.ts";
import { restart } from "../../firmware/restart.ts";
import { Random } from "../../random.ts";
import type { BelowWire, Injection } from "../injection.ts";

/** B01: firmware pushes 1 + `size` % of the filament that was commanded. */
export function lessExtrusion(injection: Injection): BelowWire {
  return {
    tick(m, share) {
      m.tamper.extruderStepsFactor = Math.max(0, 1 + injection.size / 100 * share);
    },
    end(m) {
      m.tamper.extruderStepsFactor = 1;
    },
  };
}

/**
 * B02: every `size`-th printing move is laid down without filament and the next gets both shares, as
 * Flaw3D's relocation does.
 */
export function relocated(injection: Injection): BelowWire {
  const nth = Math.max(2, Math.round(injection.size));
  let count = 0;
  let keptMm = 0;
  return {
    tick(m) {
      m.tamper.filament ??= (mm) => {
        if (mm <= 0) return mm;
        if (++count % nth === 0) {
          keptMm = mm;
          return 0;
        }
        const all = mm + keptMm;
        keptMm = 0;
        return all;
      };
    },
    end(m) {
      m.tamper.filament = null;
    },
  };
}

/** B08, B09: the head is moved aside by `size` mm without anybody being told, along with a move. */
export function headShift(injection: Injection): BelowWire {
  const axis = { x: 0, y: 1, z: 2 }[injection.variant] ?? 0;
  const shift = (m: Machine, mm: number) => {
    m.tamper.extraMove = { axis, mm };
    m.tamper.headOffsetMm[axis]! += mm;
  };
  let done = false;
  return {
    tick(m) {
      if (!done) shift(m, injection.size);
      done = true;
    },
    end(m) {
      if (done) shift(m, -injection.size);
    },
  };
}

/** B08 in small steps: every move along X and Y gets `size` % more steps. */
export function extraSteps(injection: Injection): BelowWire {
  return {
    tick(m) {
      m.tamper.stepsFactor = 1 + injection.size / 100;
    },
    end(m) {
      m.tamper.stepsFactor = 1;
    },
  };
}

/** B10: a stepper driver is disabled: the head, or the filament, stays where it is. */
export function stepperOff(injection: Injection): BelowWire {
  return {
    tick(m) {
      if (injection.variant === "e") m.tamper.extrusionFactor = 0;
      m.tamper.stepperOff = injection.variant;
    },
    end(m) {
      if (injection.variant === "e") m.tamper.extrusionFactor = 1;
      m.tamper.stepperOff = "";
    },
  };
}

/** B11: retractions are 1 + `size` % as long as commanded. */
export function retractionChanged(injection: Injection): BelowWire {
  return {
    tick(m) {
      m.tamper.retractionFactor = Math.max(0, 1 + injection.size / 100);
    },
    end(m) {
      m.tamper.retractionFactor = 1;
    },
  };
}

/** B12: moves run at 1 + `size` % of their feedrate. */
export function speedChanged(injection: Injection): BelowWire {
  return {
    tick(m) {
      m.tamper.speedFactor = 1 + injection.size / 100;
    },
    end(m) {
      m.tamper.speedFactor = 1;
    },
  };
}

/**
 * B15, E21: another firmware or other settings. settings: gains and steps change in silence.
 * identity: the firmware says that it is another. reflash: it restarts as another with its defaults.
 */
export function changedFirmware(injection: Injection): BelowWire {
  const random = new Random(injection.seed, "firmware");
  const factor = 1 + injection.size / 100;
  const change = (m: Machine) => {
    const { settings, stored } = m.fw;
    for (const one of [settings, stored]) {
      one.motion.stepsPerMm[3] *= factor;
      if (one.hotendGains) one.hotendGains.kp *= factor;
      if (one.hotendGains) one.hotendGains.ki *= factor;
    }
    if (settings.hotendGains && m.p.hotend.regulator.kind === "pid") {
      m.p.hotend.regulator.gains = settings.hotendGains;
    }
  };
  let done = false;
  return {
    tick(m) {
      if (done) return;
      done = true;
      if (injection.variant !== "identity") change(m);
      if (injection.variant === "settings") return;
      const day = (Number(m.fw.p.build) + random.int(1, 26)) % 28 + 1;
      m.fw.p.build = `${day}`.padStart(2, "0");
      if (injection.variant === "reflash") restart(m, 12);
    },
    end() {},
  };
}

/** A heating element, a wire or a switch that answers nobody: E14's resets and power losses. */
export function resets(injection: Injection): BelowWire {
  let done = false;
  return {
    tick(m) {
      if (!done) restart(m, injection.variant === "power" ? injection.size : 1.6);
      done = true;
    },
    end() {},
  };
}

/** C02: somebody else writes to the same port: `size` lines that the tap never sees go by. */
export function secondWriter(injection: Injection): BelowWire {
  const random = new Random(injection.seed, "writer");
  let left = Math.max(1, Math.round(injection.size));
  return {
    tick(m) {
      if (left <= 0 || !random.chance(0.05)) return left < injection.size ? undefined : false;
      left--;
      receive(m, random.pick(["M105", "M104 S190", "M106 S64", "M114", "M221 S90"]));
    },
    end() {},
  };
}
