import type { Random } from "../fabricate.ts";
import { type Cluster, MEMBERS, REPLICAS } from "./site.ts";

/** Something that breaks, and what brings it back. */
export interface Fault {
  name: string;
  begin(): Promise<void> | void;
  end(): void;
}

/** Each member and each aggregator killed, and each one's links cut. */
export function allFaults(cluster: Cluster): Fault[] {
  const { brokers, aggregators, linksOf, linksTo } = cluster;
  return [
    ...MEMBERS.map((name) => ({
      name: `kill nats-server ${name}`,
      begin: () => brokers[name].kill(),
      end: () => brokers[name].start(),
    })),
    ...REPLICAS.map((name) => ({
      name: `kill aggregator ${name}`,
      begin: () => aggregators[name].kill(),
      end: () => aggregators[name].start(),
    })),
    ...MEMBERS.map((name) => ({
      name: `cut ${name} off from the other members`,
      begin: () => linksOf(name).forEach((link) => link.cut()),
      end: () => linksOf(name).forEach((link) => link.mend()),
    })),
    ...REPLICAS.map((name) => ({
      name: `cut aggregator ${name} off from all members`,
      begin: () => linksTo(name).forEach((link) => link.cut()),
      end: () => linksTo(name).forEach((link) => link.mend()),
    })),
  ];
}

/** So many of each kind, in an order of their own for each seed. */
export function drawFaults(faults: readonly Fault[], random: Random, perKind: number): Fault[] {
  const kinds = Map.groupBy(faults, ({ name }) => name.replace(/\b[an][1-9]\b/, ""));
  const some = [...kinds.values()].flatMap((kind) => shuffled(kind, random).slice(0, perKind));
  return shuffled(some, random);
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values.map((value) => ({ value, at: random() }))
    .toSorted((a, b) => a.at - b.at).map(({ value }) => value);
}
