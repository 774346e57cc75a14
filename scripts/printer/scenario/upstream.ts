import type { Injection, UpstreamWire } from "./injection.ts";

/** The number behind a letter in a command, or NaN. */
function word(text: string, letter: string): number {
  const found = new RegExp(`${letter}(-?\\d*\\.?\\d+)`).exec(text);
  return found ? Number(found[1]) : NaN;
}

function withWord(text: string, letter: string, value: number): string {
  const digits = Math.round(value * 100) / 100;
  return text.replace(new RegExp(`${letter}-?\\d*\\.?\\d+`), `${letter}${digits}`);
}

/** A01, A02: shifts the hotend's set point by `size` K while active. */
export function hotendSetPoint(injection: Injection): UpstreamWire {
  let wantedC = 0;
  const shifted = (targetC: number) => Math.max(0, targetC + injection.size);
  return {
    watch(text) {
      if (!/^M10[49]\b/.test(text)) return;
      const given = word(text, "S");
      if (given === given) wantedC = given;
    },
    begin: () => wantedC > 0 ? [`M104 S${shifted(wantedC)}`] : [],
    alter(text) {
      const given = /^M10[49]\b/.test(text) ? word(text, "S") : NaN;
      return given > 0 ? withWord(text, "S", shifted(given)) : text;
    },
    end: () => wantedC > 0 ? [`M104 S${wantedC}`] : [],
  };
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
