import { Random } from "../random.ts";
import { makeInjection } from "../scenario/draw_injection.ts";
import type { Injection, Truth } from "../scenario/injection.ts";
import { bootS } from "./libc.ts";
import { reasonOf } from "../../../shared/reason.ts";

/** Writes one JSON line on standard output. */
export function announce(event: Record<string, unknown>): void {
  console.log(JSON.stringify(event));
}

/** Announces an injection as it begins and as it ends; `bootS` is the guard's own clock. */
export function announceTruth(
  one: Truth,
  what: "begins" | "ends",
  injection: Injection,
): void {
  const common = { size: one.size, variant: one.variant, bootS: round(bootS()) };
  if (what === "ends") {
    announce({ ended: one.id, atS: round(one.endS), ...common });
    return;
  }
  const endsS = injection.atS + injection.forS;
  const ends = endsS === Infinity ? null : round(endsS);
  announce({ injected: one.id, atS: round(one.startS), endsS: ends, ...common });
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** A scenario asked for on standard input or the command line. */
export interface Asked {
  scenario: string;
  size?: number;
  at?: number;
  forS?: number;
  variant?: string;
}

/** Makes an injection of what was asked for; without a time it begins now. */
export function injectionOf(asked: Asked, nowS: number, seed: number): Injection {
  const given = {
    id: asked.scenario,
    atS: asked.at ?? nowS,
    size: asked.size,
    forS: asked.forS,
    variant: asked.variant,
  };
  return makeInjection(given, new Random(seed, `asked-${asked.scenario}-${given.atS}`));
}

/**
 * Reads orders as JSON lines from standard input and hands each to `take`; a line that can't be read
 * is announced as an error and changes nothing.
 */
export async function readOrders(take: (order: Record<string, unknown>) => void): Promise<void> {
  const decoder = new TextDecoderStream();
  let pending = "";
  for await (const chunk of Deno.stdin.readable.pipeThrough(decoder)) {
    pending += chunk;
    const lines = pending.split("\n");
    pending = lines.pop()!;
    for (const line of lines) {
      if (line.trim() === "") continue;
      try {
        take(JSON.parse(line));
      } catch (error) {
        announce({ error: reasonOf(error) });
      }
    }
  }
}

/** Reads an order's fields; what has another type is refused. @throws {TypeError} saying which. */
export function askedOf(order: Record<string, unknown>): Asked {
  const { scenario, size, at, forS, variant } = order;
  if (typeof scenario !== "string") {
    throw new TypeError("Cannot take the order: a string 'scenario' was required");
  }
  for (const [name, value] of Object.entries({ size, at, forS })) {
    if (value !== undefined && typeof value !== "number") {
      throw new TypeError(`Cannot take the order: '${name}' must be a number, got ${typeof value}`);
    }
  }
  if (variant !== undefined && typeof variant !== "string") {
    throw new TypeError("Cannot take the order: 'variant' must be a string");
  }
  return { scenario, size, at, forS, variant } as Asked;
}
