import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firstFixed, lookAhead } from "../../../../edge/twin/motion/look_ahead.ts";
import { makeQueuedMove, type QueuedMove } from "../../../../edge/twin/motion/queued_move.ts";
import { Random } from "../../../../scripts/printer/random.ts";

const ahead = suite("look-ahead");

/** Moves as Marlin's rules leave them: short and long ones, corners of any sharpness. */
function drawQueue(random: Random, count: number): QueuedMove[] {
  const queue: QueuedMove[] = [];
  for (let at = 0; at < count; at++) {
    const cruiseV2 = random.uniform(1, 120) ** 2;
    const deltaV2 = 2 * Math.exp(random.uniform(-4, 4)) * random.pick([300, 1000, 3000]);
    const before = queue[at - 1];
    const bound = before ? before.maxStartV2 + before.deltaV2 : 0;
    const maxStartV2 = Math.min(bound, random.chance(0.3) ? bound : random.uniform(0, cruiseV2));
    const limits = { maxStartV2, maxSmoothedV2: maxStartV2, deltaV2, smoothDeltaV2: deltaV2 };
    queue.push({ ...makeQueuedMove(), index: at, cruiseV2, ...limits });
  }
  return queue;
}

const speeds = ({ startV2, endV2, peakV2 }: QueuedMove) => ({ startV2, endV2, peakV2 });

ahead("plans what lies before a fixed move alone, with the very same result", () => {
  const random = new Random(7, "queues");
  let shorter = 0;
  for (let round = 0; round < 3000; round++) {
    const count = 2 + Math.floor(random.uniform(0, 20));
    const whole = drawQueue(random, count), part = whole.map((move) => ({ ...move }));
    lookAhead(whole, count, 0.0025);
    const fixed = firstFixed(part, 1, count);
    lookAhead(part, fixed, fixed === count ? 0.0025 : part[fixed]!.maxStartV2);
    assert.equal(part.slice(0, fixed).map(speeds), whole.slice(0, fixed).map(speeds));
    if (fixed < count) shorter++;
  }
  assert.ok(shorter > 1500, `${shorter} of 3000 were shorter`);
});

ahead("looks behind the move asked for only", () => {
  const queue = drawQueue(new Random(8, "queues"), 12);
  for (let from = 1; from < 12; from++) assert.ok(firstFixed(queue, from, 12) >= from);
});

ahead.run();
