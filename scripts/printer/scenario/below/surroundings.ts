import { say } from "../../device/machine.ts";
import { Random } from "../../random.ts";
import { resistanceOhm, temperatureC } from "../../thermal/sensor.ts";
import type { BelowWire, Cable, Injection } from "../injection.ts";

/** E02: the room, or an enclosure whose door opens, `size` K away; air takes a minute or two. */
export function roomChanges(injection: Injection): BelowWire {
  return {
    tick(m, share) {
      m.tamper.roomC = injection.size * share;
      m.tamper.doorOpen = injection.variant === "door";
    },
    end(m) {
      m.tamper.roomC = 0;
      m.tamper.doorOpen = false;
    },
  };
}

/** E06, E07: filament that doesn't follow the motor. `size` % is missing on average. */
export function filamentFails(injection: Injection): BelowWire {
  const random = new Random(injection.seed, "filament");
  let flutter = 0;
  let caught = false;
  return {
    tick(m, share) {
      const missing = -injection.size / 100 * share;
      flutter += -0.04 * flutter + 0.03 * random.gauss();
      if (injection.variant === "slip") {
        if (random.chance(0.03)) caught = !caught;
        m.tamper.extrusionFactor = caught ? Math.max(0, 1 - 2 * missing) : 1;
      } else if (injection.variant === "run-out") m.tamper.extrusionFactor = share < 1 ? 1 : 0;
      else m.tamper.extrusionFactor = Math.min(1, Math.max(0, 1 - missing * (1 + flutter)));
    },
    end(m) {
      m.tamper.extrusionFactor = 1;
    },
  };
}

/** E08: the supply sags by `size` V, deeper while heaters draw. */
export function supplySags(injection: Injection): BelowWire {
  const random = new Random(injection.seed, "supply");
  let ripple = 0;
  return {
    tick(m, share) {
      const load = 0.5 + 0.3 * m.bedHeater.gateDuty + 0.2 * m.hotendHeater.gateDuty;
      ripple += -0.1 * ripple + 0.1 * random.gauss();
      m.tamper.supplyV = (injection.size * load + 0.2 * ripple) * share;
    },
    end(m) {
      m.tamper.supplyV = 0;
    },
  };
}

/** E15: the sensor drifts by `size` K: it reads so much more than it should. */
export function sensorDrifts(injection: Injection): BelowWire {
  return {
    tick(m, share) {
      m.tamper.hotend.sensor.offsetC = driftedC(m.p.hotend.sensor, m.hotend.sensorC, injection) *
        share;
    },
    end(m) {
      m.tamper.hotend.sensor.offsetC = 0;
    },
  };
}

/** A size in kelvins as read, at the bead, whatever the curve that the firmware assumes. */
function driftedC(
  p: Parameters<typeof resistanceOhm>[0],
  beadC: number,
  injection: Injection,
): number {
  const read = (tempC: number) => temperatureC(p, resistanceOhm(p, tempC, p.trueCurve));
  const perKelvin = read(beadC + 0.5) - read(beadC - 0.5);
  return -injection.size / Math.max(0.2, perKelvin);
}

/** E16: the silicone sock falls off, or another nozzle sits there: loss and capacity change. */
export function hotendChanged(injection: Injection): BelowWire {
  const factor = 1 + injection.size / 100;
  let before: { convectionW: number; radiationW: number; nozzleJPerK: number } | null = null;
  return {
    tick(m) {
      if (before) return;
      const p = m.p.hotend;
      before = {
        convectionW: p.convectionW,
        radiationW: p.radiationW,
        nozzleJPerK: p.nozzleJPerK,
      };
      p.convectionW *= factor;
      p.radiationW *= factor;
      if (injection.variant === "nozzle") p.nozzleJPerK *= factor;
    },
    end(m) {
      if (before) Object.assign(m.p.hotend, before);
      before = null;
    },
  };
}

/** E17: the room was `size` K colder all along. */
export function coldRoom(injection: Injection): BelowWire {
  let done = false;
  return {
    tick(m) {
      m.tamper.roomC = injection.size;
      if (done) return;
      done = true;
      m.airC += injection.size;
      for (const node of ["heaterC", "blockC", "nozzleC", "sensorC"] as const) {
        if (m.hotend[node] < 60) m.hotend[node] += injection.size;
      }
      for (const node of ["plateC", "topC", "sensorC"] as const) {
        if (m.bed[node] < 40) m.bed[node] += injection.size;
      }
    },
    end(m) {
      m.tamper.roomC = 0;
    },
  };
}

/** E11, E12, E13, E18 at the printer's own panel: nothing of it is on the wire but what follows. */
export function atPanel(injection: Injection): BelowWire {
  let done = false;
  const back: (() => void)[] = [];
  return {
    tick(m) {
      if (done) return;
      done = true;
      const { fw } = m;
      const [targetC, feed, flow] = [fw.hotendTargetC, fw.feedPercent, fw.flowPercent];
      if (injection.variant === "panel-temperature" && targetC > 0) {
        fw.hotendTargetC = targetC + injection.size;
        back.push(() => fw.hotendTargetC = targetC);
      } else if (injection.variant === "panel-speed") {
        fw.feedPercent = feed + injection.size;
        back.push(() => fw.feedPercent = feed);
      } else if (injection.variant === "panel-flow") {
        fw.flowPercent = flow + injection.size;
        back.push(() => fw.flowPercent = flow);
      } else if (injection.variant === "panel-pause") {
        say(m, "//action:pause");
        back.push(() => say(m, "//action:resume"));
      } else fw.babystepMm += injection.size;
    },
    end() {
      for (const undo of back) undo();
    },
  };
}

/** E09: bits flip on the cable; `size` % of the lines are hit. C01: nothing passes at all. */
export function badCable(injection: Injection): Cable {
  const random = new Random(injection.seed, "cable");
  const hit = (line: string) => {
    if (!random.chance(injection.size / 100)) return line;
    const at = random.int(0, Math.max(0, line.length - 1));
    const code = line.charCodeAt(at) ^ (1 << random.int(0, 6));
    return line.slice(0, at) + String.fromCharCode(code || 63) + line.slice(at + 1);
  };
  return { down: hit, up: hit };
}

export function cutCable(injection: Injection): Cable {
  const { variant } = injection;
  return {
    down: (line) => variant === "up" ? line : null,
    up: (line) => variant === "down" ? line : null,
  };
}
