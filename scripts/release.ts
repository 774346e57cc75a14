/** Makes a signed release of the edge's programs, and the key that signs it. */
import { join } from "node:path";
import { z } from "zod";
import { AGENT_VERSION } from "../edge/agent/compose.ts";
import { fail, fromCaller } from "../edge/commands/command_line.ts";
import { readManifest, type ReleaseManifest } from "../edge/update/manifest.ts";
import {
  digestOf,
  filesBelow,
  MANIFEST_FILE,
  packRelease,
  SIGNATURE_FILE,
} from "../edge/update/release_file.ts";
import { reasonOf } from "../shared/reason.ts";
import { makeSigningKey, signDetached, type SigningKey } from "../shared/signing.ts";
import { writeBundle } from "./bundle.ts";
import { valuesOf } from "./command_line.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const OWNER_ONLY = 0o600;
const HELP = `Usage: deno task release --key FILE [options]
       deno task release --make-key FILE

Bundles the edge's programs, models and known issues, and signs what they are: version, and each
file's digest. Writes DIR/printwarden-VERSION/ (as it lies on a device, release.json and release.jws
included) and DIR/printwarden-VERSION.release, the one file that 'edge update' takes.

  --key FILE       the private release key; keep it off every device and every server
  --make-key FILE  makes one, and FILE.pub.json with its public half: that goes to each device as
                   /etc/printwarden/release-keys.json
  --out DIR        default out/release
  --version V      default the agent's, ${AGENT_VERSION}
  --bundle DIR     a bundle that was made before, instead of making one
`;

const PublicKey = z.looseObject({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string().min(1),
});
const KeyFile = z.strictObject({
  kid: z.string().min(1),
  privateJwk: PublicKey.extend({ d: z.string().min(1) }),
  publicJwk: PublicKey,
});

/** What a release is made of. */
export interface ReleaseOptions {
  bundle: string;
  out: string;
  version: string;
  key: SigningKey;
  madeAt: Date;
}

/** Signs a bundle in place and packs it. @returns the packed file */
export async function writeRelease(options: ReleaseOptions): Promise<string> {
  const { bundle, out, version, key, madeAt } = options;
  const files: ReleaseManifest["files"] = [];
  for (const path of await filesBelow(bundle)) {
    if (path === MANIFEST_FILE || path === SIGNATURE_FILE) continue;
    const bytes = await Deno.readFile(join(bundle, path));
    files.push({ path, bytes: bytes.length, sha256: digestOf(bytes) });
  }
  const manifest: ReleaseManifest = {
    format: 1,
    version,
    madeAt: madeAt.toISOString(),
    deno: Deno.version.deno,
    files,
  };
  const text = JSON.stringify(manifest);
  const checked = readManifest(text);
  if (!checked.ok) throw new Error(checked.issue);
  const signature = await signDetached(new TextEncoder().encode(text), key);
  await Deno.writeTextFile(join(bundle, MANIFEST_FILE), text);
  await Deno.writeTextFile(join(bundle, SIGNATURE_FILE), signature);
  const file = join(out, `printwarden-${version}.release`);
  await packRelease(bundle, text, signature, file);
  return file;
}

async function makeKey(file: string): Promise<void> {
  const key = await makeSigningKey();
  await Deno.writeTextFile(file, `${JSON.stringify(key)}\n`, { mode: OWNER_ONLY, createNew: true });
  const keys = JSON.stringify({ keys: [key.publicJwk] });
  await Deno.writeTextFile(`${file}.pub.json`, `${keys}\n`);
  console.log(`${file} signs; ${file}.pub.json goes to devices as release-keys.json`);
}

/** Reads what `--make-key` wrote. @throws {Error} if the file is anything else */
export async function readKey(file: string): Promise<SigningKey> {
  const wanted = `${file}: a private key of --make-key was required`;
  const text = await Deno.readTextFile(file).catch((cause) => {
    throw new Error(`${wanted}, got: ${cause.message}`, { cause });
  });
  const checked = KeyFile.safeParse(parsed(text));
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0]!;
  throw new Error(`${wanted}, got another file: '${path.join(".")}': ${message}`);
}

/** What isn't JSON is no key either; its text may hold one and is told to nobody. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function main(): Promise<void> {
  const values = valuesOf(HELP, Deno.args, {
    key: { type: "string" },
    "make-key": { type: "string" },
    out: { type: "string", default: `${ROOT}out/release` },
    version: { type: "string", default: AGENT_VERSION },
    bundle: { type: "string" },
  });
  if (values === null) return;
  if (values["make-key"] !== undefined) return await makeKey(fromCaller(values["make-key"]));
  if (values.key === undefined) fail(`Cannot make a release: --key was required\n\n${HELP}`);
  const key = await readKey(fromCaller(values.key));
  const { version } = values;
  const out = fromCaller(values.out);
  const folder = join(out, `printwarden-${version}`);
  if (values.bundle === undefined) await writeBundle(folder);
  const bundle = values.bundle === undefined ? folder : fromCaller(values.bundle);
  await Deno.mkdir(out, { recursive: true });
  console.log(await writeRelease({ bundle, out, version, key, madeAt: new Date() }));
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    const said = reasonOf(error);
    fail(said.startsWith("Cannot ") ? said : `Cannot make a release: ${said}`);
  }
}
