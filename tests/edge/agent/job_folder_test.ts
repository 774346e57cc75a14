/** Which orders for a job are taken, from consoles of this release and of older ones. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { NO_EXPERTS } from "../../../edge/respond/trust.ts";
import { latestJobFile, readJob, takeJob } from "../../../edge/agent/job_folder.ts";
import { manifestOfFile } from "../../../edge/reference/manifest_file.ts";

const jobs = suite("jobs that were ordered");
const TARGET = { site: "site1", device: "dev1", printer: "p1" };
const NOW_MS = Date.UTC(2026, 2, 1);

for (
  const [by, kept, said] of [["mira", "mira", /for mira$/], [
    null,
    "",
    /somebody unnamed$/,
  ]] as const
) {
  jobs(
    `an order ${by ? "that names who registered it" : "of an older console, unnamed,"} is taken`,
    async () => {
      const state = await Deno.makeTempDir({ prefix: "jobs-" });
      try {
        await Deno.writeTextFile(`${state}/part.gcode`, "G28\nM104 S200\nG1 X10 Y10 E1\n");
        const made = await manifestOfFile(`${state}/part.gcode`);
        assert.ok(made.ok);
        if (!made.ok) return;
        const expiresWallTime = new Date(NOW_MS + 60_000).toISOString();
        const order = {
          target: TARGET,
          expiresWallTime,
          label: "part",
          manifest: { ...made.value },
        };
        const taken = await takeJob(state, TARGET, {
          body: by === null ? order : { ...order, by },
          registration: "",
          trust: NO_EXPERTS,
        }, NOW_MS);
        assert.ok(taken.ok, JSON.stringify(taken));
        assert.match(taken.ok ? taken.value : "", said);
        const job = await readJob((await latestJobFile(state, "p1"))!);
        assert.is(job.ok ? job.value.by : null, kept);
      } finally {
        await Deno.remove(state, { recursive: true });
      }
    },
  );
}

jobs.run();
