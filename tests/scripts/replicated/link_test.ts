import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openLink } from "../../../scripts/replicated/link.ts";

const tests = suite("a link that can be cut");

/** Answers whatever it hears. */
function echo() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const one of listener) {
      void one.readable.pipeTo(one.writable).catch(() => {});
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    async close() {
      listener.close();
      await serving.catch(() => {});
    },
  };
}

/** What comes back in time; null if nothing does, or the connection ends. */
async function asked(connection: Deno.Conn, text: string, withinMs: number) {
  const buffer = new Uint8Array(100);
  await connection.write(new TextEncoder().encode(text));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, withinMs, null)));
  const read = connection.read(buffer).catch(() => null);
  const came = await Promise.race([read, late]);
  clearTimeout(timer);
  return came === null ? null : new TextDecoder().decode(buffer.subarray(0, came));
}

tests("carries both ways, carries nothing while it is cut, and then only anew", async () => {
  const far = echo();
  const link = openLink(far.port);
  const dial = () => Deno.connect({ hostname: "127.0.0.1", port: link.port });
  const before = await dial();
  assert.is(await asked(before, "a", 60_000), "a");
  link.cut();
  assert.is(await asked(before, "b", 400), null);
  const meanwhile = await dial();
  assert.is(await asked(meanwhile, "c", 400), null, "and a new connection gets no answer either");
  link.mend();
  const after = await dial();
  assert.is(await asked(after, "d", 60_000), "d");
  for (const one of [before, meanwhile, after]) one.close();
  await link.close();
  await far.close();
});

tests.run();
