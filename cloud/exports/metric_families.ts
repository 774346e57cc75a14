import { Counter, Gauge, type Registry } from "prom-client";
import type { Counted } from "../read_model/metric_queries.ts";
import type { Measured } from "./measured.ts";

/** Fills one family with what was measured. */
export type Fill = (measured: Measured) => void;

/** Makes a family of metrics whose values are read anew at each scrape. */
export type Family = (
  name: string,
  help: string,
  labels: string[],
  values: (measured: Measured) => Counted[],
) => Fill;

/** The ways to make a family in one registry. */
export interface Families {
  single(name: string, help: string, value: (measured: Measured) => number): Fill;
  family: Family;
  /** What only grows, though it is read elsewhere. */
  total: Family;
}

export function gauge(register: Registry, name: string, help: string, labelNames: string[] = []) {
  return new Gauge({ name, help, labelNames, registers: [register] });
}

export function familiesIn(register: Registry): Families {
  return {
    single(name, help, value) {
      const made = gauge(register, name, help);
      return (measured) => made.set(value(measured));
    },
    family(name, help, labels, values) {
      const made = gauge(register, name, help, labels);
      return (measured) => {
        made.reset();
        for (const { labels, value } of values(measured)) made.set(labels, value);
      };
    },
    total(name, help, labelNames, values) {
      const made = new Counter({ name, help, labelNames, registers: [register] });
      return (measured) => {
        made.reset();
        for (const { labels, value } of values(measured)) made.inc(labels, value);
      };
    },
  };
}
