import { NatsError } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { whileElecting } from "../../../cloud/broker/electing.ts";

const tests = suite("a stream that has no leader");

tests("is asked again until it has one", async () => {
  let asked = 0;
  const answer = await whileElecting(() => {
    if (++asked < 4) return Promise.reject(new NatsError("503", "503"));
    return Promise.resolve("here");
  });
  assert.equal([answer, asked], ["here", 4]);
});

tests("another fault is told at once", async () => {
  let asked = 0;
  const fault = await whileElecting(() => {
    asked++;
    return Promise.reject(new RangeError("no such stream"));
  }).catch((error) => error);
  assert.is(asked, 1);
  assert.instance(fault, RangeError);
});

tests.run();
