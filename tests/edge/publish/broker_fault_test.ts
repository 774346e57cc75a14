import { NatsError } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isFinal } from "../../../edge/publish/broker_fault.ts";
import { isStaged } from "../../../shared/staged.ts";

const faults = suite("what a broker's refusal means to the outbox");

function refusal(code: number, err_code: number): NatsError {
  const error = new NatsError("", "API");
  error.api_error = { code, err_code, description: "" };
  return error;
}

faults("a message that is too large is refused for good", () => {
  assert.ok(isFinal(refusal(400, 10054)));
});

faults("one that is being stored at this moment, or has no leader, comes again", () => {
  assert.not(isFinal(refusal(409, 10158)));
  assert.not(isFinal(refusal(503, 10008)));
});

faults("a repeat that a cluster knows by its id alone is kept by nobody yet", () => {
  assert.ok(isStaged({ duplicate: true, seq: 0 }));
  assert.not(isStaged({ duplicate: true, seq: 7 }));
  assert.not(isStaged({ duplicate: false, seq: 7 }));
});

faults.run();
