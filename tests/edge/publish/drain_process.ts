/** Adds messages and drains them until it is killed; writes the id of each that is durable. */
import { Broker } from "../../../edge/publish/broker.ts";
import { Outbox } from "../../../edge/publish/outbox.ts";
import { Publisher } from "../../../edge/publish/publisher.ts";
import { Store } from "../../../edge/publish/store.ts";
import { silent } from "./site_fixture.ts";

const [folder, url, round] = Deno.args as [string, string, string];
const store = new Store(`${folder}/edge.db`, 64_000_000, () => {});
const outbox = new Outbox(store, 1e6);
const seed = await Deno.readFile(`${folder}/seed`);
const signingSeed = await Deno.readFile(`${folder}/signing-seed`);
const broker = new Broker(
  { url, site: "s1", device: "d1", seed, signingSeed, caFile: null },
  {
    decision: () => Promise.resolve(),
    command: () => Promise.resolve(new Uint8Array()),
    connection: (up) => up && publisher.retryNow(),
  },
  silent,
);
const publisher = new Publisher(outbox, broker, silent, { idleMs: 5 });
void broker.run();
void publisher.run(new AbortController().signal);
for (let index = 0;; index++) {
  const about = `r${round}m${index}`;
  const durable = outbox.add({
    subject: "printwarden.v1.s1.d1.p1.deviation.undetermined.flow",
    msgId: `${about}.1`,
    about,
    revision: 1,
    class: "deviation",
    bytes: new Uint8Array(500),
  });
  if (durable) console.log(`${about}.1`);
  if (index % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 1));
}
