import { suite } from "uvu";
import * as assert from "uvu/assert";
import { composeDecision } from "../../../cloud/decisions/compose.ts";
import { decode, encode } from "../../../shared/codec.ts";
import { ADDRESS, CASE_ID, caseAfter, DECIDED, MIRA, NOW } from "../cases/case_fixture.ts";

const compose = suite("composeDecision");

compose("carries what was decided to the printer of the case, in the contract's form", () => {
  const about = caseAfter(DECIDED);
  const decision = composeDecision(about, about.decisions[0]!);
  const bytes = encode(
    "decision",
    { id: decision.id, source: "printwarden-cloud", time: NOW },
    decision,
  );
  const read = decode("decision", bytes);
  assert.ok(read.ok);
  assert.equal(decision.target, ADDRESS);
  assert.is(decision.caseId, CASE_ID);
  assert.is(decision.decidedBy, MIRA.id);
  assert.is(decision.decidedWallTime, NOW);
  assert.is(decision.expiresWallTime, DECIDED.expiresWallTime);
});

compose("gives the same bits whenever it is composed", () => {
  const about = caseAfter(DECIDED);
  const [a, b] = [0, 1].map(() => JSON.stringify(composeDecision(about, about.decisions[0]!)));
  assert.is(a, b);
});

compose.run();
