/**
 * What the part fan's gate may carry by the commands that were sent. A command takes effect when the
 * printer reaches it behind the moves that it still has to make, so for a while either value is right.
 */
export interface FanOrders {
  /** The command in force, then those that may not have been reached yet; oldest first. */
  orders: FanOrder[];
}

export interface FanOrder {
  duty: number;
  sentS: number;
  /** Moves sent since. */
  moves: number;
}

/** A planner holds fewer moves than this, and they are over in so long, s. */
const BUFFER_MOVES = 64;
const BUFFER_S = 60;
const ORDERS_MAX = 64;

export function initFanOrders(): FanOrders {
  return { orders: [{ duty: 0, sentS: -1e9, moves: BUFFER_MOVES }] };
}

/** Nobody knows what was commanded: what the gate carries now is taken for it. Mutates the state. */
export function anchorFan(state: FanOrders, duty: number): void {
  state.orders = [{ duty, sentS: -1e9, moves: BUFFER_MOVES }];
}

/** Takes a fan command. Mutates the state. */
export function orderFan(state: FanOrders, duty: number, eventTimeS: number): void {
  const { orders } = state;
  if (orders.at(-1)!.duty === duty) return;
  orders.push({ duty, sentS: eventTimeS, moves: 0 });
  if (orders.length > ORDERS_MAX) orders.shift();
}

/** Counts moves that were sent. Mutates the state. */
export function passMoves(state: FanOrders, moves: number): void {
  const { orders } = state;
  for (let i = 1; i < orders.length; i++) orders[i]!.moves += moves;
}

/** Whether the printer must have reached this command by now. */
function overdue({ sentS, moves }: FanOrder, eventTimeS: number): boolean {
  return moves >= BUFFER_MOVES || eventTimeS - sentS > BUFFER_S;
}

/**
 * The commanded duty that fits a duty on the gate, or the one that it should be: the latest that must
 * have been reached. Forgets commands that have been passed. Mutates the state.
 */
export function orderedDuty(
  state: FanOrders,
  gate: number,
  tolerance: number,
  eventTimeS: number,
): number {
  const { orders } = state;
  while (orders.length > 1 && overdue(orders[1]!, eventTimeS)) orders.shift();
  const at = orders.findIndex(({ duty }) => Math.abs(duty - gate) <= tolerance);
  if (at > 0) orders.splice(0, at);
  return orders[0]!.duty;
}
