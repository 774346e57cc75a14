/** Air, door and supply around a printer, as their senses tell; plain values. */
export interface Surroundings {
  ambientC: number | null;
  ambientAtS: number;
  /** What the air was like until lately, °C: it follows over a quarter of an hour. */
  usualAmbientC: number;
  doorOpen: boolean;
  doorAtS: number;
  supplyGood: boolean;
  supplyAtS: number;
  /** When the supply was last told to be bad, and the door open, s. */
  badSupplyS: number;
  openDoorS: number;
}

/** A sense that has been silent for longer tells nothing, s. */
export const STALE_S = 5;
const AMBIENT_S = 4;
const USUAL_S = 900;

export function initSurroundings(): Surroundings {
  return {
    ambientC: null,
    ambientAtS: 0,
    usualAmbientC: 0,
    doorOpen: false,
    doorAtS: 0,
    supplyGood: true,
    supplyAtS: 0,
    badSupplyS: -1e9,
    openDoorS: -1e9,
  };
}

/** Takes the air's temperature. Mutates the state. */
export function noteAmbient(state: Surroundings, eventTimeS: number, valueC: number): void {
  if (state.ambientC === null || eventTimeS - state.ambientAtS > 60) {
    Object.assign(state, { ambientC: valueC, usualAmbientC: valueC, ambientAtS: eventTimeS });
    return;
  }
  const dtS = eventTimeS - state.ambientAtS;
  state.ambientC += (valueC - state.ambientC) * (1 - Math.exp(-dtS / AMBIENT_S));
  state.usualAmbientC += (state.ambientC - state.usualAmbientC) * (1 - Math.exp(-dtS / USUAL_S));
  state.ambientAtS = eventTimeS;
}

/** Takes the door's switch or the supply's. Mutates the state. */
export function noteDoor(state: Surroundings, eventTimeS: number, open: boolean): void {
  state.doorOpen = open;
  state.doorAtS = eventTimeS;
  if (open) state.openDoorS = eventTimeS;
}

export function noteSupply(state: Surroundings, eventTimeS: number, good: boolean): void {
  state.supplyGood = good;
  state.supplyAtS = eventTimeS;
  if (!good) state.badSupplyS = eventTimeS;
}

/** The air around the heaters, °C; null where no sense tells it. */
export function ambientNowC(state: Surroundings, eventTimeS: number): number | null {
  return eventTimeS - state.ambientAtS <= STALE_S ? state.ambientC : null;
}

/** What the surroundings say to whoever judges heat; a sense that isn't there says nothing. */
export function surroundingFeatures(
  state: Surroundings,
  eventTimeS: number,
  sinceS: number,
): Record<string, number> {
  const features: Record<string, number> = {};
  if (eventTimeS - state.supplyAtS <= STALE_S) {
    features.supplyBad = state.badSupplyS >= sinceS - 10 ? 1 : 0;
  }
  if (eventTimeS - state.doorAtS <= STALE_S) {
    features.doorOpen = state.openDoorS >= sinceS - 120 ? 1 : 0;
  }
  if (ambientNowC(state, eventTimeS) !== null) {
    features.ambientDropK = state.usualAmbientC - state.ambientC!;
  }
  return features;
}
