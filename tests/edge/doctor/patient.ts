import { nkeys } from "nats";
import type { Check } from "../../../edge/doctor/check.ts";
import { diagnose, type Diagnosis } from "../../../edge/doctor/doctor.ts";

/** A device to be examined, in a folder of its own. */
export interface Patient {
  folder: string;
  configFile: string;
}

export interface PatientWish {
  natsUrl?: string;
  seed?: Uint8Array;
  port?: string;
  /** More lines of the printer's block. */
  printer?: string;
  /** More lines before it. */
  more?: string;
}

const KEY = { kty: "OKP", crv: "Ed25519", x: "A".repeat(43), kid: "expert-1" };

/** Makes one that lacks nothing but what the wish takes away, examines it and removes it. */
export async function withPatient<T>(
  wish: PatientWish,
  use: (patient: Patient) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "doctor-" });
  const seed = wish.seed ?? nkeys.createUser().getSeed();
  await Deno.writeFile(`${folder}/device.nk`, seed, { mode: 0o600 });
  await Deno.writeFile(`${folder}/signing.nk`, nkeys.createUser().getSeed(), { mode: 0o600 });
  await Deno.writeTextFile(`${folder}/trust.json`, JSON.stringify({ keys: [KEY] }));
  await Deno.mkdir(`${folder}/state`);
  const configFile = `${folder}/edge.toml`;
  await Deno.writeTextFile(
    configFile,
    `site = "s1"
device = "d1"
state = "state"
${wish.more ?? ""}
[nats]
url = "${wish.natsUrl ?? "nats://127.0.0.1:1"}"
keyFile = "device.nk"
trustFile = "trust.json"
[[printer]]
name = "p"
port = "${wish.port ?? "/dev/nothing-here"}"
${wish.printer ?? ""}
`,
  );
  try {
    return await use({ folder, configFile });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Examines a patient. */
export function examine({ configFile }: Patient): Promise<Diagnosis> {
  return diagnose(configFile);
}

/** The one check of a name. */
export function checkNamed({ checks }: Diagnosis, name: string): Check {
  const found = checks.filter((check) => check.name === name);
  if (found.length !== 1) {
    const names = checks.map((check) => check.name).join(", ");
    throw new Error(`one check named '${name}' was required, got ${found.length} of ${names}`);
  }
  return found[0]!;
}
