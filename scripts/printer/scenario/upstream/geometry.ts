import type { Injection, UpstreamWire } from "../injection.ts";
import { isMove, withWord, word } from "./words.ts";

/** Rewrites X and Y of every move while active; E is left as it was, as the known attacks do. */
function movingXy(change: (x: number, y: number) => [number, number]): UpstreamWire {
  let x = 0;
  let y = 0;
  let absolute = true;
  return {
    watch(text) {
      if (/^G9[01]\b/.test(text)) absolute = text.startsWith("G90");
      if (!isMove(text) || !absolute) return;
      const [nextX, nextY] = [word(text, "X"), word(text, "Y")];
      if (nextX === nextX) x = nextX;
      if (nextY === nextY) y = nextY;
    },
    alter(text) {
      if (!isMove(text) || !absolute) return text;
      const [newX, newY] = change(x, y);
      let out = text;
      if (/X/.test(text)) out = withWord(out, "X", newX, 3);
      if (/Y/.test(text)) out = withWord(out, "Y", newY, 3);
      return out;
    },
  };
}

/** A11: X and Y scaled by 1 + `size` % about the first place that is altered. */
export function scaleXy(injection: Injection): UpstreamWire {
  const factor = 1 + injection.size / 100;
  let centre: [number, number] | null = null;
  return movingXy((x, y) => {
    centre ??= [x, y];
    return [centre[0] + (x - centre[0]) * factor, centre[1] + (y - centre[1]) * factor];
  });
}

/** A12: everything `size` mm aside, along X or Y. */
export function shiftXy(injection: Injection): UpstreamWire {
  return movingXy((x, y) =>
    injection.variant === "y" ? [x, y + injection.size] : [x + injection.size, y]
  );
}

/** A13: the nozzle `size` mm higher or lower, by the command that the variant names. */
export function offsetZ(injection: Injection): UpstreamWire {
  const { size, variant } = injection;
  let z = 0;
  const written = (mm: number) => String(Number(mm.toFixed(3)));
  const put = (mm: number): string[] => {
    switch (variant) {
      case "M290":
        return [`M290 Z${written(mm)}`];
      case "G92":
        return [`G92 Z${written(z - mm)}`];
      case "M206":
        return [`M206 Z${written(-mm)}`];
      default:
        return [`M851 Z${written(mm)}`];
    }
  };
  return {
    watch(text) {
      const given = isMove(text) ? word(text, "Z") : NaN;
      if (given === given) z = given;
    },
    begin: () => put(size),
    end: () => variant === "M290" || variant === "G92" ? put(-size) : put(0),
  };
}
