import type { Random } from "../random.ts";
import { fanScale, hotendSetPoint } from "./upstream.ts";
import {
  externalFan,
  heaterCut,
  heaterForced,
  looseSensor,
  noisySensor,
  wornFan,
} from "./world.ts";
import {
  frozenSensor,
  lyingReport,
  offsetReading,
  replayedSensor,
  synthesised,
} from "./sensor_lies.ts";
import type { BelowWire, Injection, UpstreamWire } from "./injection.ts";

/** What the draw of a scenario decides. */
export interface Drawn {
  size: number;
  onsetS: number;
  variant: string;
}

export interface Scenario {
  title: string;
  /** What `size` counts. */
  unit: string;
  variants: readonly string[];
  /** Draws size, onset and form; matched pairs share one function. */
  draw(random: Random): Drawn;
  below?(injection: Injection): BelowWire;
  upstream?(injection: Injection): UpstreamWire;
}

function drawn(size: number, onsetS: number, variant: string): Drawn {
  return { size: Math.round(size * 100) / 100, onsetS, variant };
}

/** B07 and E03: how far a part fan falls short. */
function fanShortfall(random: Random): number {
  return random.chance(0.35) ? -100 : -random.uniform(25, 85);
}

/** B13 and E04: how far readings stray. */
function readingStray(random: Random): number {
  return random.logUniform(0.8, 12);
}

const HIDDEN = ["careful", "crude", "forged", "slow"] as const;
const SPOOFED = ["frozen", "replayed", "synthesised"] as const;

/** Every scenario that the virtual printer can suffer, by the design's names. */
export const CATALOGUE: Readonly<Record<string, Scenario>> = {
  A01: {
    title: "hotend set point lowered by a man in the middle",
    unit: "K",
    variants: ["unnumbered", "numbered"],
    draw: (r) => drawn(-r.uniform(5, 25), 0, r.pick(["unnumbered", "numbered"])),
    upstream: hotendSetPoint,
  },
  A04: {
    title: "part fan reduced or off by a man in the middle",
    unit: "% of the commanded duty",
    variants: ["unnumbered", "numbered"],
    draw: (r) => drawn(fanShortfall(r), 0, r.pick(["unnumbered", "numbered"])),
    upstream: fanScale,
  },
  B03: {
    title: "hotend colder than the report says",
    unit: "K",
    variants: HIDDEN,
    draw: (r) => {
      const variant = r.pick(HIDDEN);
      return drawn(-r.uniform(5, 20), variant === "slow" ? r.uniform(60, 300) : 0, variant);
    },
    below: hiddenOffset,
  },
  B05: {
    title: "hotend heater forced on",
    unit: "% duty",
    variants: ["hotend", "bed"],
    draw: () => drawn(100, 0, "hotend"),
    below: heaterForced,
  },
  B06: {
    title: "heater cut",
    unit: "% of the power",
    variants: ["hotend", "bed"],
    draw: (r) => drawn(-100, 0, r.pick(["hotend", "hotend", "bed"])),
    below: heaterCut,
  },
  B13: {
    title: "hotend readings frozen, replayed or synthesised",
    unit: "K that the block strays",
    variants: SPOOFED,
    draw: (r) => drawn(-readingStray(r), 0, r.pick(SPOOFED)),
    below: (injection) =>
      injection.variant === "frozen"
        ? frozenSensor()
        : injection.variant === "replayed"
        ? replayedSensor(injection)
        : synthesised(injection),
  },
  E01: {
    title: "external fan on the hotend",
    unit: "% more loss",
    variants: ["steady"],
    draw: (r) => drawn(r.uniform(20, 120), r.uniform(1, 3), "steady"),
    below: externalFan,
  },
  E03: {
    title: "part fan worn or dead",
    unit: "% of its speed",
    variants: ["worn"],
    draw: (r) => drawn(fanShortfall(r), r.uniform(0, 40), "worn"),
    below: wornFan,
  },
  E04: {
    title: "thermistor noise or loose contact",
    unit: "K",
    variants: ["noise", "loose"],
    draw: (r) => drawn(readingStray(r), r.uniform(0, 5), r.pick(["noise", "loose"])),
    below: (injection) =>
      injection.variant === "loose" ? looseSensor(injection) : noisySensor(injection),
  },
};

function hiddenOffset(injection: Injection): BelowWire {
  return injection.variant === "crude" || injection.variant === "slow"
    ? offsetReading(injection)
    : lyingReport(injection);
}

/** @throws {RangeError} for a name that no scenario has. */
export function scenario(id: string): Scenario {
  const found = CATALOGUE[id];
  if (!found) {
    const names = Object.keys(CATALOGUE).join(", ");
    throw new RangeError(`Cannot inject '${id}': one of ${names} was required`);
  }
  return found;
}
