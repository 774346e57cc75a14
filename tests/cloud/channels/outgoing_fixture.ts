import type { Outgoing } from "../../../cloud/subscriptions/outgoing.ts";

export const KEY = "5b0f5a5e-94b8-4c3c-9d5c-2f8a7d9c1e11";

/** An alert with letters that headers and mail can't carry as they are. */
export function outgoing(change: Partial<Outgoing> = {}): Outgoing {
  return {
    key: KEY,
    kind: "first",
    at: "2026-10-05T21:00:00.000Z",
    text: {
      title: "Potential cyberthreat, Drücker links",
      text: "Drücker links: told 195 °C where the file says 210 °C",
      severity: "high",
      path: "/cases/1",
    },
    mentions: [{
      key: "case/1",
      label: "Drücker links",
      summary: "told 195 °C",
      severity: "high",
      path: "/cases/1",
    }],
    url: "https://console.example/cases/1",
    ...change,
  };
}
