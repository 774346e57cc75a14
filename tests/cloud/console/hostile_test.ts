/**
 * Every route of the console and its API, as somebody clumsy or hostile would use it. The routes are
 * asked for their own list, so that a new one is swept too.
 */
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { newInvitation } from "../../../cloud/auth/accounts.ts";
import { routesOf } from "../../../cloud/console/app.tsx";
import { createMetrics } from "../../../cloud/exports/metrics.ts";
import { seeded } from "../../../scripts/fabricate.ts";
import { DEVICE, SITE, siteSuite } from "../site_fixture.ts";
import { newCase, prepared } from "./console_fixture.ts";
import { BASE, join, type Visitor, visitor } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("hostile and clumsy requests");

const MARKUP = `"'><img src=x onerror=alert(1)><script>alert(2)</script>`;
const RAW = /<img src=x|<script>alert/;
/** The agent of a printer may be away, and nobody else is to blame for that. */
const FAULT = (status: number) => status >= 500 && status !== 503 && status !== 504;
/** Open streams, and what ends the session that asks. */
const LEFT_OUT = new Set(["/live", "/sign-out", "/account/end-session", "/account/sign-out"]);

const VALUES = [
  MARKUP,
  "",
  " ",
  "\u0000\u202e\ud800",
  "__proto__",
  "constructor",
  "-1",
  "1e309",
  "NaN",
  "999999999999999999999",
  "9".repeat(15),
  "null",
  "[object Object]",
  "{}",
  "🖨".repeat(600),
  "a".repeat(5000),
  "2026-99-99",
  "' OR 1=1 --",
  "../../etc/passwd",
  crypto.randomUUID(),
];

/** Names of fields that forms here have, and some that none has. */
const FIELDS = [
  ..."seen determination response learn untilDate reason step nature note text commentId".split(
    " ",
  ),
  ..."decisionId challengeId assertion name password again credential role grants site".split(" "),
  ..."minutes reasonText verdict.undetermined kind.fan channel printer.a/b/c day.9 when".split(" "),
  ..."severityMin how digestAt cooldownS repeatEveryS repeatsMax query id days next".split(" "),
  ..."__proto__ constructor toString address server topic url type timeZone quiet".split(" "),
];

interface Route {
  method: string;
  path: string;
}

function routesIn(aggregator: Aggregator): Route[] {
  const { routes } = routesOf(aggregator.parts, createMetrics(0));
  const known = new Map<string, Route>();
  for (const { method, path } of routes) {
    if (method === "ALL" || path.includes("*") || LEFT_OUT.has(path)) continue;
    known.set(`${method} ${path}`, { method, path });
  }
  return [...known.values()];
}

/** A route's addresses: with what is there, and with what nobody has. */
function addressesOf({ path }: Route, caseId: string): string[] {
  if (!path.includes(":")) return [path];
  const odd = [
    "%00",
    "..%2f..%2f",
    "%F0%28%8C",
    "__proto__",
    encodeURIComponent(MARKUP),
    "a".repeat(3000),
  ];
  return [caseId, crypto.randomUUID(), ...odd].map((value) =>
    path.replace(/:\w+(\{[^}]*\})?\??/g, () => value)
  );
}

async function judge(response: Response, what: string): Promise<string> {
  const body = await response.text();
  assert.not(FAULT(response.status), `${what}: ${response.status} ${body.slice(0, 300)}`);
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("text/html")) {
    assert.not.match(body, RAW, `${what} shows markup`);
    assert.match(response.headers.get("Content-Security-Policy") ?? "", /default-src 'none'/, what);
  }
  if (/^application\/json(;|$)/.test(type)) {
    assert.not.throws(() => JSON.parse(body), undefined, `${what} is no JSON`);
  }
  return body;
}

const FORM = "application/x-www-form-urlencoded";

/** Bodies that no page of ours sends. */
function bodiesOf(random: () => number): [body: string, type: string][] {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!;
  const form = FORM;
  const encoded = (count: number) =>
    Array.from(
      { length: count },
      () =>
        `${encodeURIComponent(pick(FIELDS))}=${encodeURIComponent(pick(VALUES).toWellFormed())}`,
    ).join("&");
  const all = (value: string) =>
    FIELDS.map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return [
    ["", form],
    ["%", form],
    ["=&==&%zz=%zz&a", form],
    ["reason=a&reason=b", form],
    [all(MARKUP).slice(0, 30_000), form],
    [`reason=${"a".repeat(31_000)}`, form],
    [`reason=${"a".repeat(40_000)}`, form],
    ["{}", form],
    ["null", "application/json"],
    ["[]", "application/json"],
    ["{", "application/json"],
    [
      JSON.stringify({ __proto__: null, seen: {}, reason: [], determination: MARKUP }),
      "application/json",
    ],
    [`${"[".repeat(9000)}${"]".repeat(9000)}`, "application/json"],
    [
      "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--",
      "multipart/form-data; boundary=x",
    ],
    ["\u0000\u0001", "text/plain"],
    ...Array.from({ length: 6 }, (_, count): [string, string] => [encoded(count + 1), form]),
  ];
}

function send(
  who: Visitor,
  aggregator: Aggregator,
  route: Route,
  path: string,
  body: string,
  type: string,
) {
  return aggregator.request(BASE + path, {
    method: route.method,
    headers: { Cookie: who.cookie, Origin: BASE, "Content-Type": type },
    body,
  });
}

if (!skipped) {
  tests(
    "no address with odd parts or queries breaks a page, or comes back as markup",
    async ({ site }) => {
      const { aggregator, expert } = await prepared(site);
      const { id } = await newCase(site, "void");
      const queries = [
        "",
        `?q=${encodeURIComponent(MARKUP)}`,
        "?state=x",
        "?after=%00",
        "?limit=-1&limit=2",
      ];
      const odd = [
        "?__proto__=1",
        "?next=//evil.example",
        "?said=<script>alert(2)</script>",
        "?like=x",
      ];
      let asked = 0;
      for (const route of routesIn(aggregator).filter(({ method }) => method === "GET")) {
        for (const path of addressesOf(route, id)) {
          for (const query of [...queries, ...odd]) {
            for (const who of [expert, visitor(aggregator)]) {
              await judge(await who.get(path + query), `GET ${path.slice(0, 80)}${query}`);
              asked++;
            }
          }
        }
      }
      assert.ok(asked > 1000, `${asked} requests`);
    },
  );

  tests("no form or body breaks anything, and none of them changes the case", async ({ site }) => {
    const { aggregator, expert } = await prepared(site);
    const { id } = await newCase(site, "cold-block");
    const { cases } = aggregator.parts.model;
    const before = cases.view(id)!;
    const random = seeded(5);
    let sent = 0;
    for (const route of routesIn(aggregator).filter(({ method }) => method !== "GET")) {
      for (const path of addressesOf(route, id).slice(0, 4)) {
        for (const [body, type] of bodiesOf(random)) {
          const what = `${route.method} ${path.slice(0, 80)} ${type} ${body.slice(0, 120)}`;
          await judge(await send(expert, aggregator, route, path, body, type), what);
          sent++;
        }
      }
    }
    assert.ok(sent > 1000, `${sent} requests`);
    const after = cases.view(id)!;
    assert.is(after.about.state, before.about.state);
    assert.equal(after.about.decisions, []);
    assert.is((await expert.get("/")).status, 200, "the visitor is still signed in");
  });

  tests(
    "a stranger gets nothing but a refusal from whatever changes something",
    async ({ site }) => {
      const { aggregator } = await prepared(site);
      const { id } = await newCase(site, "dead-fan");
      const nobody = visitor(aggregator);
      for (const route of routesIn(aggregator).filter(({ method }) => method !== "GET")) {
        const [path] = addressesOf(route, id);
        const form = new URLSearchParams({ seen: "1", reason: MARKUP }).toString();
        const type = "application/x-www-form-urlencoded";
        const response = await send(nobody, aggregator, route, path!, form, type);
        await judge(response, `${route.method} ${path}`);
        assert.ok(response.status >= 400, `${route.method} ${path}: ${response.status}`);
      }
    },
  );

  tests(
    "an admin of another site sees and changes nothing here, by whatever address",
    async ({ site }) => {
      const { aggregator } = await prepared(site);
      const printer = "out-of-sight";
      const { id, deviation } = await newCase(site, "cold-block", {}, printer);
      const { cases } = aggregator.parts.model;
      const before = cases.view(id)!.lastSequence;
      const made = newInvitation(null, new Date(), 600, [{ site: "site2", role: "admin" }]);
      await aggregator.parts.accounts.write(made.record, 0);
      const other = await join(aggregator, made.credential, "Somebody else");
      for (const route of routesIn(aggregator)) {
        const here = route.path.replace(":site/:device/:printer", `${SITE}/${DEVICE}/${printer}`);
        for (const named of [id, deviation.id]) {
          const path = here.replace(/:\w+(\{[^}]*\})?\??/g, named);
          const form = new URLSearchParams({
            seen: String(before),
            text: "x",
            minutes: "30",
            reason: "x",
          });
          const response = route.method === "GET"
            ? await other.get(path)
            : await send(other, aggregator, route, path, form.toString(), FORM);
          const body = await judge(response, `${route.method} ${path}`);
          assert.not(body.includes(deviation.summary), `${route.method} ${path} shows the case`);
          const told = body.replaceAll(`/${printer}`, "");
          assert.not(told.includes(printer), `${route.method} ${path} shows the printer`);
        }
      }
      assert.is(cases.view(id)!.lastSequence, before);
    },
  );
}

tests.run();
