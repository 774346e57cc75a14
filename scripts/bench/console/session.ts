import type { Aggregator } from "../../../cloud/aggregator.ts";

/** Joins as the first person; gives the session's cookie as a name and a value. */
export async function joinFirst(aggregator: Aggregator): Promise<{ name: string; value: string }> {
  const [password, credential] = [
    "nothing here is secret",
    aggregator.setUpUrl!.split("/join/")[1]!,
  ];
  const response = await fetch(`${aggregator.url}/join`, {
    method: "POST",
    body: new URLSearchParams({ credential, name: "Bench", password, again: password }),
    headers: { Origin: aggregator.url, "User-Agent": "Bench" },
    redirect: "manual",
  });
  const text = await response.text();
  const [, name, value] = /^([^=]+)=([^;]+)/.exec(response.headers.get("Set-Cookie") ?? "") ?? [];
  if (!name || !value) throw new Error(`Cannot join: a cookie was required, got: ${text}`);
  return { name, value };
}
