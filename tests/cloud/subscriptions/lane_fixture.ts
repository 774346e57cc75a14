import type { Occasion } from "../../../cloud/subscriptions/occasion.ts";
import type { Lane, Step, Told } from "../../../cloud/subscriptions/plan.ts";
import {
  type AlertSettings,
  defaultSettings,
  defaultWish,
  type Subscription,
} from "../../../cloud/subscriptions/records.ts";
import { ADDRESS, newId } from "../cases/case_fixture.ts";

/** A Monday noon, UTC. */
export const NOON = Date.parse("2026-10-05T12:00:00.000Z");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const MIRA = newId();
export const TOM = newId();
export const ANA = newId();

export function subscription(change: Partial<Subscription> = {}): Subscription {
  return {
    contractVersion: 1,
    type: "subscription",
    id: newId(),
    personId: MIRA,
    ...defaultWish([newId()]),
    repeatsMax: 0,
    createdWallTime: "2026-10-01T00:00:00.000Z",
    removedWallTime: null,
    ...change,
  };
}

let occasions = 0;
export function occasion(change: Partial<Occasion> = {}): Occasion {
  const number = ++occasions;
  return {
    key: `case/${number}`,
    about: "case",
    address: ADDRESS,
    label: "Left printer",
    severity: "high",
    verdict: "potential-cyberthreat",
    kind: "temperature",
    summary: `The hotend was told another temperature (${number})`,
    path: `/cases/${number}`,
    sinceMs: NOON - MINUTE,
    changedMs: NOON - MINUTE,
    status: { type: "open" },
    maintenance: null,
    ...change,
  };
}

export function lane(change: Partial<Lane> = {}, own: Partial<AlertSettings> = {}): Lane {
  return {
    subscription: subscription(),
    settings: new Map(
      [MIRA, TOM, ANA].map((id) => [id, {
        ...defaultSettings(id),
        ...(id === MIRA ? own : {}),
      }]),
    ),
    told: [],
    held: new Map(),
    lastFirst: null,
    ...change,
  };
}

export function told(key: string, change: Partial<Told> = {}): Told {
  return { key, rounds: 1, lastMs: NOON, personIds: [MIRA], ...change };
}

/** Steps in a line each: `first 0 MIRA a,b` or `hold digest a`. */
export function shown(steps: readonly Step[]): string[] {
  const names = new Map([[MIRA, "MIRA"], [TOM, "TOM"], [ANA, "ANA"]]);
  return steps.map((step) => {
    if (step.type === "hold") return `hold ${step.hold.reason} ${step.occasion.key}`;
    const keys = step.occasions.map((one) => one.key).join(",");
    if (step.type === "settle") return `settle ${keys}`;
    return `${step.kind} ${step.round} ${names.get(step.personId) ?? "?"} ${keys}`;
  });
}
