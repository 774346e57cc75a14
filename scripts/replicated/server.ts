const SCRIPT = new URL("../nats_for_cluster.sh", import.meta.url).pathname;

/**
 * Where a nats-server stands that is new enough for a cluster; fetched first where there is none,
 * which is said on stderr.
 *
 * @throws {Error} if none can be had; stderr says what to do by hand
 */
export async function clusterServer(): Promise<string> {
  const command = new Deno.Command(SCRIPT, { stdin: "null", stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (success) return new TextDecoder().decode(stdout).trim();
  throw new Error("Cannot start a cluster: a newer nats-server was required, got none");
}

/** A nats-server's version, as in "2.15.1". */
export async function versionOf(server: string): Promise<string> {
  const { stdout } = await new Deno.Command(server, { args: ["-v"] }).output();
  return new TextDecoder().decode(stdout).replace(/^.*: v/, "").trim();
}
