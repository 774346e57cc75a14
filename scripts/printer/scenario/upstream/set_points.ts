import type { Injection, UpstreamWire } from "../injection.ts";
import { withWord, word } from "./words.ts";

/** Shifts a heater's set point by `size` K while active; its two codes are set, and set and wait. */
function setPoint(injection: Injection, set: string, wait: string): UpstreamWire {
  const own = new RegExp(`^(${set}|${wait})\\b`);
  let wantedC = 0;
  const shifted = (targetC: number) => Math.max(0, targetC + injection.size);
  return {
    watch(text) {
      const given = own.test(text) ? word(text, "S") : NaN;
      if (given === given) wantedC = given;
    },
    begin: () => wantedC > 0 ? [`${set} S${shifted(wantedC)}`] : [],
    alter(text) {
      const given = own.test(text) ? word(text, "S") : NaN;
      return given > 0 ? withWord(text, "S", shifted(given)) : text;
    },
    end: () => wantedC > 0 ? [`${set} S${wantedC}`] : [],
  };
}

/** A01, A02: the hotend's set point. */
export function hotendSetPoint(injection: Injection): UpstreamWire {
  return setPoint(injection, "M104", "M109");
}

/** A03: the bed's set point. */
export function bedSetPoint(injection: Injection): UpstreamWire {
  return setPoint(injection, "M140", "M190");
}

/** A04: scales the part fan by 1 + `size` % while active. */
export function fanScale(injection: Injection): UpstreamWire {
  let wanted = 0;
  const factor = Math.max(0, 1 + injection.size / 100);
  const scaled = (value: number) => Math.round(value * factor);
  return {
    watch(text) {
      if (/^M107\b/.test(text)) wanted = 0;
      else if (/^M106\b/.test(text)) {
        const given = word(text, "S");
        wanted = given === given ? given : 255;
      }
    },
    begin: () => wanted > 0 ? [`M106 S${scaled(wanted)}`] : [],
    alter(text) {
      if (!/^M106\b/.test(text)) return text;
      const given = word(text, "S");
      return given === given ? withWord(text, "S", scaled(given)) : `M106 S${scaled(255)}`;
    },
    end: () => wanted > 0 ? [`M106 S${wanted}`] : [],
  };
}

/** A05: a flow factor of 100 + `size` %. */
export function flowFactor(injection: Injection): UpstreamWire {
  return {
    begin: () => [`M221 S${Math.round(100 + injection.size)}`],
    alter: (text) => /^M221\b/.test(text) ? `M221 S${Math.round(100 + injection.size)}` : text,
    end: () => ["M221 S100"],
  };
}

/** A10: speed off by `size` %, by one M220 or by every F word. */
export function speedFactor(injection: Injection): UpstreamWire {
  const factor = 1 + injection.size / 100;
  if (injection.variant === "M220") {
    return {
      begin: () => [`M220 S${Math.round(100 * factor)}`],
      end: () => ["M220 S100"],
    };
  }
  return {
    alter(text) {
      const given = /^G[0-3]\b/.test(text) ? word(text, "F") : NaN;
      return given > 0 ? withWord(text, "F", Math.round(given * factor), 0) : text;
    },
  };
}
