const EVERYWHERE = ["config", "state", "nats", "port", "verbose", "help"];

/** What each command takes besides; `words` are those that follow its name. */
const TAKEN: Record<string, { flags: string[]; words: number }> = {
  serve: { flags: [], words: 0 },
  provision: {
    flags: [
      ...["site", "device", "device-key", "nats-port", "node", "jwt", "host", "listener"],
      ...["tls-cert", "tls-key", "tls-ca", "tls-own", "experts-required", "jobs-signed"],
    ],
    words: 0,
  },
  enrol: { flags: ["label", "minutes", "console"], words: 0 },
  revoke: { flags: [], words: 1 },
  devices: { flags: [], words: 0 },
  token: { flags: ["name", "scope", "days", "site"], words: 0 },
  invite: { flags: ["role", "site"], words: 0 },
  experts: { flags: ["certify", "days", "root"], words: 0 },
  registrar: { flags: ["name", "key", "days", "root"], words: 0 },
  audit: { flags: ["known"], words: 1 },
  maintenance: { flags: ["printer", "site", "minutes", "what", "end"], words: 0 },
  openapi: { flags: [], words: 0 },
  asyncapi: { flags: [], words: 0 },
  config: { flags: [], words: 0 },
};

/** What a command was given that it would leave unheard, in a sentence [pure]; null for nothing. */
export function unheard(
  command: string,
  words: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): string | null {
  const taken = Object.hasOwn(TAKEN, command) ? TAKEN[command] : undefined;
  if (!taken) {
    return `Cannot run the aggregator: a command that --help names was required, got '${command}'`;
  }
  const known = [...EVERYWHERE, ...taken.flags];
  const stray = Object.keys(flags).find((flag) => !known.includes(flag));
  if (stray !== undefined) {
    return `Cannot run '${command}': options that it takes were required, got '--${stray}'`;
  }
  if (words.length <= taken.words) return null;
  const got = words.slice(taken.words).join(" ");
  return `Cannot run '${command}': nothing more was required, got '${got}'`;
}
