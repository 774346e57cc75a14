import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CLUSTER_VERSION_MIN, clusterVersionIssue } from "../../../cloud/broker/cluster_version.ts";

const versions = suite("a nats-server that keeps a cluster's streams");

versions("is told to be too old", () => {
  for (const version of ["2.9.10", "2.10.27", "2.14.3", "1.99.0", ""]) {
    assert.match(
      clusterVersionIssue(version) ?? "",
      `2.15 or later was required for a cluster, got`,
    );
  }
});

versions("is fit from what was proven on", () => {
  for (const version of ["2.15.0", "2.15.1", "2.16.0-RC.1", "3.0.0"]) {
    assert.is(clusterVersionIssue(version), null);
  }
});

versions("is asked for alike by what fetches one", async () => {
  const script = new URL("../../../scripts/nats_for_cluster.sh", import.meta.url);
  assert.match(await Deno.readTextFile(script), `\nVERSION_MIN=${CLUSTER_VERSION_MIN}\n`);
});

versions.run();
