import type { Actor } from "../cases/case_event.ts";
import type { ReadModel } from "../read_model/read_model.ts";
import type { SubscriptionWish } from "./records.ts";

/** Why what somebody wishes can't be: it names what isn't theirs, or nobody. */
export function wishIssue(
  model: ReadModel,
  actor: Actor,
  wish: SubscriptionWish,
): string | null {
  const channels = new Set(model.alerts.channelsOf(actor.id).map((one) => one.id));
  if (!wish.channelIds.every((id) => channels.has(id))) {
    return "Please choose among your own channels";
  }
  if (wish.verdicts.length === 0 && !wish.printerTrouble) {
    return "Please choose at least one verdict, or printers in trouble";
  }
  if (new Set([actor.id, ...wish.escalateTo]).size !== wish.escalateTo.length + 1) {
    return "Please name other people, each once, as those who are told next";
  }
  if (!wish.escalateTo.every((id) => model.auth.person(id)?.record.leftWallTime === null)) {
    return "Please choose people of this console as those who are told next";
  }
  if (wish.escalateTo.length > 0 && wish.repeatEveryS === 0) {
    return "Please say after how long the next person is told";
  }
  return null;
}
