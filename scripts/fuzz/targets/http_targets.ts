import fc from "fast-check";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { CONSOLE, openConsole } from "../console_site.ts";
import { mutatedText } from "../mutate_bytes.ts";
import { mutatedJson } from "../mutate_json.ts";
import { makeTarget, mustHold, type Target } from "../target.ts";

const ID = "0b6f3c7e-3d0a-4f6b-9c55-0d6a2f6f1f10";
/** An answer of ours is a page or a list, never a flood, characters. */
const ANSWER_CHARS_MAX = 2_000_000;

/** What is sent to each address, in order; CASE stands for the id of a case that exists. */
const JSON_BODIES: Record<string, unknown> = {
  "/api/v1/cases/CASE/acknowledge": { seen: 1 },
  "/api/v1/cases/CASE/decision": {
    seen: 1,
    decisionId: ID,
    determination: "threat-confirmed",
    response: "none",
    learn: { mode: "no" },
    reason: "seen",
  },
  "/api/v1/cases/CASE/close": { seen: 2, nature: "incident", note: "over" },
  "/api/v1/cases/CASE/reopen": {},
  "/api/v1/printers/site1/pi1/left/job": { label: "a part", manifest: { version: 1, layers: [] } },
};
const FORMS: Record<string, string> = {
  "/cases/CASE/acknowledge": "seen=1",
  "/cases/CASE/decision": "seen=1&determination=unknown&response=none&learn=no&reason=seen",
  "/cases/CASE/comment": "seen=1&text=looked+at+it",
  "/cases/CASE/close": "seen=1&nature=change&note=over",
  "/cases/acknowledge": "case=CASE.1&case=CASE.2",
  "/cases/all-reviewed": "upTo=12",
  "/printers/site1/pi1/left/maintenance": "minutes=30&what=nozzle&scope=printer",
  "/printers/site1/pi1/left/acknowledge": "",
  "/alerts/settings": "quietFrom=22:00&quietUntil=06:00&zone=Europe%2FBerlin&email=a%40example.org",
  "/alerts/channels": "kind=webhook&name=one&url=http%3A%2F%2F127.0.0.1%3A9%2F",
  "/alerts/new": "name=mine&when=case&severity=high&verdict=potential-cyberthreat",
  "/views": "name=mine&query=state%3Dopen",
  "/passkey/options": "",
  "/join": "credential=x&name=Mira&password=short&again=short",
};
const PAGES = [
  "/?state=open&verdict=potential-cyberthreat&printer=left&order=newest&after=1.2",
  "/cases/CASE?from=list",
  "/printers?site=site1&said=x",
  "/printers/site1/pi1/left?from=2026-01-01&days=7",
  "/wall?site=site1",
  "/alerts?before=12&done=kept",
  "/alerts/new",
  "/account",
  "/refused",
  "/sign-in?next=/cases",
  "/static/app.css",
  "/metrics",
  "/api/v1/cases?state=open&limit=10&after=1.2",
  "/api/v1/cases/CASE/export/ocsf",
  "/api/v1/export/stix?max=10&state=all",
  "/api/v1/insights?from=2026-01-01&until=2026-02-01",
  "/api/v1/insights/printers?format=csv",
  "/api/v1/deviations/CASE",
];
const TYPES = ["application/json", "application/x-www-form-urlencoded", "text/plain", ""];

interface Asked {
  path: Uint8Array;
  body: Uint8Array | null;
  type: string;
  signedIn: boolean;
}

/** Everything that a browser or a script may send to the console. */
export async function httpTargets(): Promise<Target[]> {
  const opened = await openConsole();
  if (opened === null) {
    console.error("SKIPPED the HTTP side: nats-server was required, got none");
    return [];
  }
  const { site, aggregator, caseId: id, cookie } = opened;
  return [makeTarget({
    name: "HTTP: pages, forms and the API",
    weight: 1,
    inputs: requests(id),
    async run(asked) {
      const response = await answerTo(aggregator, asked, cookie);
      if (response === null) return;
      const isEvents = response.headers.get("Content-Type")?.startsWith("text/event-stream");
      if (isEvents) return await response.body?.cancel();
      const text = await response.text();
      mustHold(text.length < ANSWER_CHARS_MAX, "an answer is bounded");
      mustHold(
        response.status < 500,
        `no fault of ours, got ${response.status}: ${text.slice(0, 200)}`,
      );
    },
    close: () => site.stop(),
  })];
}

/** Null where no request can be made of it at all. */
async function answerTo(
  aggregator: Aggregator,
  { path, body, type, signedIn }: Asked,
  cookie: string,
): Promise<Response | null> {
  const at = new TextDecoder().decode(path).replace(/^\/*/, "/");
  const headers = {
    Origin: CONSOLE,
    ...(signedIn ? { Cookie: cookie } : {}),
    ...(type === "" ? {} : { "Content-Type": type }),
  };
  const sent = body === null ? {} : { method: "POST", body: new Uint8Array(body) };
  let request: Request;
  try {
    request = new Request(CONSOLE + at, { headers, ...sent });
  } catch {
    return null;
  }
  return await aggregator.request(request);
}

function requests(id: string): fc.Arbitrary<Asked> {
  const named = (text: string) => text.replaceAll("CASE", id);
  const signedIn = fc.integer({ min: 0, max: 9 }).map((one) => one > 0);
  const type = fc.constantFrom(...TYPES);
  const posts = Object.entries(JSON_BODIES).map(([path, body]) =>
    fc.record({
      path: somePath(named(path)),
      body: mutatedJson([body]).map((value) =>
        new TextEncoder().encode(JSON.stringify(value) ?? "")
      ),
      type: fc.oneof({ arbitrary: fc.constant(TYPES[0]!), weight: 9 }, type),
      signedIn,
    })
  );
  const forms = Object.entries(FORMS).map(([path, body]) =>
    fc.record({
      path: somePath(named(path)),
      body: mutatedText([named(body)]),
      type: fc.oneof({ arbitrary: fc.constant(TYPES[1]!), weight: 9 }, type),
      signedIn,
    })
  );
  const pages = PAGES.map((path) =>
    fc.record({
      path: mutatedText([named(path)]),
      body: fc.constant(null),
      type: fc.constant(""),
      signedIn,
    })
  );
  return fc.oneof(...posts, ...forms, ...pages, ...pages);
}

/** Most often as it is: a wrong address is refused before its body is looked at. */
function somePath(path: string): fc.Arbitrary<Uint8Array> {
  const plain = fc.constant(new TextEncoder().encode(path));
  return fc.oneof({ arbitrary: plain, weight: 5 }, mutatedText([path]));
}
