/** What a cluster was proven with (`scripts/cluster --proof`); `nats_for_cluster.sh` asks for it too. */
export const CLUSTER_VERSION_MIN = "2.15";

const LESS = "it may acknowledge what it doesn't keep (cloud/broker/README.md)";

/**
 * What to say of a server of this version that keeps a cluster's streams [pure]; null if it is fit
 * for that.
 */
export function clusterVersionIssue(version: string): string | null {
  const parts = (text: string) => text.split(/[.-]/).map(Number);
  const [major = 0, minor = 0] = parts(version);
  const [majorMin = 0, minorMin = 0] = parts(CLUSTER_VERSION_MIN);
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return null;
  return `nats-server ${CLUSTER_VERSION_MIN} or later was required for a cluster, got ${version}: ${LESS}`;
}
