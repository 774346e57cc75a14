import type { AlertQueries, WaitingRow } from "../read_model/alert_queries.ts";

/** So much is looked at in a round, per subscription. */
const STRIDE = 500;

/** What a subscription told and isn't done: all of it in turn, however much there is. */
export function followed(alerts: Pick<AlertQueries, "waiting">): (laneId: string) => WaitingRow[] {
  const places = new Map<string, string>();
  return (laneId) => {
    const after = places.get(laneId) ?? "";
    const rows = alerts.waiting(laneId, after, STRIDE);
    if (rows.length === STRIDE) places.set(laneId, rows.at(-1)!.key);
    else places.delete(laneId);
    return after !== "" && rows.length === 0 ? alerts.waiting(laneId, "", STRIDE) : rows;
  };
}
