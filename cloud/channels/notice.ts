import { z } from "zod";
import { ContractVersion, Uuid, WallTime } from "../../shared/ids.ts";
import { Severity } from "../../shared/verdict.ts";
import { AlertKind, Mention } from "../subscriptions/alert_event.ts";
import type { Outgoing } from "../subscriptions/outgoing.ts";

/** What a machine gets of an alert, by webhook or plain NATS. */
export const Notice = z.strictObject({
  contractVersion: ContractVersion,
  /** The same again if the alert is sent again. */
  key: Uuid,
  kind: AlertKind,
  at: WallTime,
  title: z.string(),
  text: z.string(),
  severity: Severity,
  url: z.string(),
  about: z.array(Mention),
});
export type Notice = z.infer<typeof Notice>;

export function noticeOf({ key, kind, at, text, mentions, url }: Outgoing): Notice {
  const { title, severity } = text;
  return {
    contractVersion: 1,
    key,
    kind,
    at,
    title,
    text: text.text,
    severity,
    url,
    about: mentions,
  };
}
