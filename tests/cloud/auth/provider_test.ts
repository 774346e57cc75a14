import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Aggregator, startAggregator } from "../../../cloud/aggregator.ts";
import { newPerson } from "../../../cloud/auth/accounts.ts";
import { claimedRoles } from "../../../cloud/auth/claimed_roles.ts";
import { parseConfig } from "../../../cloud/config.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { cookieOf } from "../console/http_fixture.ts";
import { SITE, siteSuite } from "../site_fixture.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type IdentityProvider,
  signInAt,
  startIdentityProvider,
} from "./identity_provider.ts";

const ROLES = [
  { value: "everybody", role: "viewer" as const },
  { value: "floor", role: "operator" as const },
  { value: "experts", role: "expert" as const, site: SITE },
];

const roles = suite("claimedRoles");
for (
  const [what, claim, wanted] of [
    ["one value", "floor", { role: "operator", grants: [] }],
    ["the highest of several", ["everybody", "floor"], { role: "operator", grants: [] }],
    ["a role at a site", ["experts"], { role: null, grants: [{ site: SITE, role: "expert" }] }],
    ["both", ["experts", "everybody"], {
      role: "viewer",
      grants: [{ site: SITE, role: "expert" }],
    }],
    ["nothing that is mapped", ["admins"], null],
    ["no claim", undefined, null],
    ["numbers and objects", [1, { a: 1 }, null], null],
    ["a value that only looks like one", ["floor "], null],
  ] as const
) {
  roles(`reads ${what}`, () => assert.equal(claimedRoles(claim, ROLES), wanted));
}

roles("nobody is made an admin by configuration", () => {
  const toml = (role: string, issuer: string) =>
    `[auth.provider]\nname = "Us"\nissuer = "${issuer}"\nclientId = "c"\n` +
    `roles = [{ value = "a", role = "${role}" }]\n`;
  assert.ok(parseConfig(toml("expert", "https://id.example")).ok);
  assert.not.ok(parseConfig(toml("admin", "https://id.example")).ok);
  assert.not.ok(parseConfig(toml("expert", "http://id.example")).ok, "nor found without TLS");
});
roles.run();

const { tests, skipped } = await siteSuite("signing in by an identity provider");
const ORIGIN = "http://localhost:40000";

interface Running {
  aggregator: Aggregator;
  provider: IdentityProvider;
}

let running: Promise<Running> | null = null;

async function start(site: ProvisionedSite): Promise<Running> {
  const provider = await startIdentityProvider([`${ORIGIN}/sign-in/provider/back`]);
  await Deno.writeTextFile(`${site.state}/keys/client-secret`, `${CLIENT_SECRET}\n`);
  const config = {
    ...site.config,
    auth: {
      ...site.config.auth,
      provider: {
        name: "Our people",
        issuer: provider.issuer,
        clientId: CLIENT_ID,
        clientSecretFile: "keys/client-secret",
        scope: "openid profile",
        roleClaim: "groups",
        roles: ROLES,
      },
    },
  };
  return { provider, aggregator: await startAggregator(config, await site.broker()) };
}

const get = async (aggregator: Aggregator, url: string, cookie = "") =>
  await aggregator.request(url, { headers: { Cookie: cookie, "User-Agent": "Firefox/140.0" } });

/** From the button to the provider and back; `change` bends what the browser brings back. */
async function goThrough(
  { aggregator }: Running,
  account: string,
  change: (url: URL) => URL = (url) => url,
  cookie?: string,
) {
  const begun = await get(aggregator, `${ORIGIN}/sign-in/provider?next=/printers`);
  const flow = cookie ?? cookieOf(begun);
  const back = await signInAt(begun.headers.get("Location")!, account, ORIGIN);
  const url = change(new URL(back)).href;
  const answer = await get(aggregator, url, flow);
  return {
    answer,
    url,
    flow,
    session: answer.headers.getSetCookie().find((one) => one.startsWith("pw-session=")),
  };
}

if (!skipped) {
  tests("a person of the organisation gets the roles that their groups give", async ({ site }) => {
    const here = await (running ??= start(site));
    here.provider.claims.set("mira", { name: "Mira O", groups: ["everybody", "experts"] });
    const page = await (await get(here.aggregator, `${ORIGIN}/sign-in`)).text();
    assert.match(page, /Sign in with Our people/);
    const { answer, session } = await goThrough(here, "mira");
    assert.is(answer.status, 200);
    assert.is(answer.headers.get("Refresh"), "0;url=/printers");
    assert.match(session ?? "", /HttpOnly/i);
    const person = here.aggregator.parts.model.auth.personNamed("Mira O")!;
    assert.is(person.role, "viewer");
    assert.equal(person.grants, [{ site: SITE, role: "expert" }]);
    assert.is(person.password, null);
    const inside = await get(here.aggregator, `${ORIGIN}/printers`, session!.split(";")[0]!);
    assert.is(inside.status, 200);
  });

  tests("the provider's word counts anew each time, and its silence too", async ({ site }) => {
    const here = await (running ??= start(site));
    const { auth } = here.aggregator.parts.model;
    here.provider.claims.set("ben", { name: "Ben", groups: ["floor"] });
    const { session } = await goThrough(here, "ben");
    assert.is(auth.personNamed("Ben")?.role, "operator");
    here.provider.claims.set("ben", { name: "Ben", groups: ["everybody"] });
    await goThrough(here, "ben");
    assert.is(auth.personNamed("Ben")?.role, "viewer");
    here.provider.claims.set("ben", { name: "Ben", groups: [] });
    assert.is((await goThrough(here, "ben")).answer.status, 401);
    const old = await get(here.aggregator, `${ORIGIN}/printers`, session!.split(";")[0]!);
    assert.is(old.status, 303, "an open session ends with the role");
    assert.is(auth.people(100).filter(({ name }) => name.startsWith("Ben")).length, 1);
  });

  tests("who has no mapped group is nobody here, an admin's group included", async ({ site }) => {
    const here = await (running ??= start(site));
    here.provider.claims.set("eve", { name: "Eve", groups: ["admin", "admins", "root"] });
    const { answer, session } = await goThrough(here, "eve");
    assert.is(answer.status, 401);
    assert.is(session, undefined);
    assert.is(here.aggregator.parts.model.auth.personNamed("Eve"), null);
  });

  tests("a name that somebody here has already makes another person", async ({ site }) => {
    const here = await (running ??= start(site));
    const local = newPerson(crypto.randomUUID(), "Ada", "admin", null, new Date());
    await here.aggregator.parts.accounts.write(local, 0);
    here.provider.claims.set("thief", { name: "Ada", groups: ["everybody"] });
    await goThrough(here, "thief");
    const { auth } = here.aggregator.parts.model;
    assert.is(auth.personNamed("Ada")?.id, local.id);
    assert.is(auth.personNamed("Ada (2)")?.role, "viewer");
  });

  tests("markup in a name is taken out of it", async ({ site }) => {
    const here = await (running ??= start(site));
    here.provider.claims.set("x", { name: "<b>\u202eLou</b>", groups: ["everybody"] });
    await goThrough(here, "x");
    assert.ok(here.aggregator.parts.model.auth.personNamed("bLou/b"));
  });

  const BENT: [string, (url: URL) => URL, string | undefined][] = [
    [
      "another state",
      (url) => (url.searchParams.set("state", crypto.randomUUID()), url),
      undefined,
    ],
    ["no state", (url) => (url.searchParams.delete("state"), url), undefined],
    ["another code", (url) => (url.searchParams.set("code", "x"), url), undefined],
    [
      "another issuer",
      (url) => (url.searchParams.set("iss", "https://evil.example"), url),
      undefined,
    ],
    ["another browser", (url) => url, "pw-provider=another"],
    ["no cookie", (url) => url, ""],
  ];
  for (const [what, change, cookie] of BENT) {
    tests(`coming back with ${what} signs nobody in`, async ({ site }) => {
      const here = await (running ??= start(site));
      here.provider.claims.set("mira", { name: "Mira O", groups: ["everybody"] });
      const { answer, session } = await goThrough(here, "mira", change, cookie);
      assert.is(answer.status, 401);
      assert.is(session, undefined);
    });
  }

  tests("coming back twice signs in once", async ({ site }) => {
    const here = await (running ??= start(site));
    const { url, flow } = await goThrough(here, "mira");
    assert.is((await get(here.aggregator, url, flow)).status, 401);
  });

  tests("a provider that is away is told, and breaks nothing", async ({ site }) => {
    const here = await (running ??= start(site));
    await here.aggregator.close();
    await here.provider.close();
    const config = {
      ...site.config,
      auth: {
        ...site.config.auth,
        provider: {
          name: "Gone",
          issuer: here.provider.issuer,
          clientId: "c",
          scope: "openid",
          roleClaim: "groups",
          roles: ROLES,
        },
      },
    };
    const aggregator = await startAggregator(config, await site.broker());
    try {
      const begun = await get(aggregator, `${ORIGIN}/sign-in/provider`);
      assert.is(begun.status, 503);
      assert.match(await begun.text(), /try again/);
      assert.is((await get(aggregator, `${ORIGIN}/sign-in`)).status, 200);
    } finally {
      await aggregator.close();
    }
  });
}

tests.run();
