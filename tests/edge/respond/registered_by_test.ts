import { suite } from "uvu";
import * as assert from "uvu/assert";
import { registeredBy } from "../../../edge/respond/registered_by.ts";
import { NO_EXPERTS, parseTrust, trustDigest } from "../../../edge/respond/trust.ts";
import type { JobOrder } from "../../../shared/job_order.ts";
import { makeSigningKey } from "../../../shared/signing.ts";

const tests = suite("whom a device believes about a job");
const ORDER = { by: "mira" } as JobOrder;

tests("the aggregator's word is enough where nothing more is asked for", async () => {
  const said = (order: JobOrder) => registeredBy(order, "", NO_EXPERTS, 0);
  assert.equal(await said(ORDER), { ok: true, value: { name: "mira", said: "mira" } });
  const unnamed = { name: "", said: "somebody unnamed" };
  assert.equal(await said({} as JobOrder), { ok: true, value: unnamed });
});

tests("a signature is required where the device asks for it", async () => {
  const result = await registeredBy(ORDER, "", { ...NO_EXPERTS, jobsSigned: true }, 0);
  assert.not.ok(result.ok);
  if (!result.ok) assert.match(result.issue, /own signature was required, got none/);
});

tests("one that doesn't hold is refused even where none is asked for", async () => {
  assert.not.ok((await registeredBy(ORDER, "e30", NO_EXPERTS, 0)).ok);
});

tests("what is asked for stands in the trust file and in its digest", async () => {
  const { kid, publicJwk } = await makeSigningKey();
  const keys = [{ ...publicJwk, kid }];
  const read = (more: object) => parseTrust(JSON.stringify({ keys, ...more }));
  const [plain, asking] = [read({ roots: keys }), read({ roots: keys, jobsSigned: true })];
  assert.ok(plain.ok && !plain.value.experts.jobsSigned);
  assert.ok(asking.ok && asking.value.experts.jobsSigned);
  assert.not.ok(read({ jobsSigned: true }).ok, "who shall vouch?");
  if (plain.ok && asking.ok) assert.is.not(trustDigest(plain.value), trustDigest(asking.value));
});

tests.run();
