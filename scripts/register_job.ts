import { basename } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { fromCaller } from "../edge/commands/command_line.ts";
import { manifestOfFile } from "../edge/reference/manifest_file.ts";
import { COMMAND_BYTES_MAX } from "../shared/codec.ts";
import { Address, Digest } from "../shared/ids.ts";
import type { Manifest } from "../shared/manifest.ts";
import { reasonOf } from "../shared/reason.ts";
import { type Registration, signJob } from "../shared/registrar.ts";
import { refused, type Result } from "../shared/result.ts";
import { runMain } from "./command_line.ts";
import { newRegistrarKey, readRegistrarKey, type RegistrarKey } from "./registrar_key.ts";

const HELP = `Registers what a printer is going to print, straight from the slicer.

  register_job --console URL --printer SITE/DEVICE/PRINTER [options] FILE.gcode
  register_job --make-key

  --console URL      the console's address, such as https://printwarden.example or http://10.0.0.5:8080
  --printer NAME     SITE/DEVICE/PRINTER, as the console's list of printers names it
  --token-file FILE  holds an API token; without it the variable PRINTWARDEN_TOKEN is read.
                     Make one that can do nothing else: deno task cloud token --name slicer --scope job
  --dialect NAME     marlin (default), prusa or klipper
  --key-file FILE    signs the job with this machine's own key, which devices of a site may ask for
                     (deno task cloud provision --jobs-signed yes); its certificate is FILE.cert
  --make-key         prints such a key, and says on stderr what to do with it
  --no-maps          send no maps of the layers; pictures then show only what came

The G-code file is read and left as it is. No G-code is sent: digests, a profile of each layer, and
a coarse map of where its filament goes (cells of 1 mm or more), if the whole stays small enough.

In PrusaSlicer and SuperSlicer: Print Settings → Output options → Post-processing scripts; in
OrcaSlicer: Process → Others → Post-processing scripts. One line, to which the slicer itself adds
the file's name:

  /path/to/printwarden/scripts/register_job --console URL --printer SITE/DEVICE/PRINTER --token-file FILE

In Cura: save the G-code to disk and call the same line with the file's name at its end.
If the job can't be registered, a sentence on stderr says why, and the exit code is not 0.
`;

const DIALECTS = ["marlin", "prusa", "klipper"] as const;
const TIMEOUT_MS = 30_000;
/** A signed job may be handed on for so long, ms. */
const SIGNED_FOR_MS = 3_600_000;

interface Wish {
  console: URL;
  target: Address;
  token: string;
  dialect: (typeof DIALECTS)[number];
  maps: boolean;
  file: string;
  /** This machine's own key, to sign the job with; null: the console's word is enough. */
  registrar: RegistrarKey | null;
}

const Answer = z.object({ digest: Digest, detail: z.string() });
const Refusal = z.object({ error: z.string() });

function readFlags(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      console: { type: "string" },
      printer: { type: "string" },
      "token-file": { type: "string" },
      dialect: { type: "string", default: "marlin" },
      "key-file": { type: "string" },
      "no-maps": { type: "boolean", default: false },
      "make-key": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
}

/** Gives null where only help was asked for. */
async function readWish(args: string[]): Promise<Result<Wish | null>> {
  let flags: ReturnType<typeof readFlags>;
  try {
    flags = readFlags(args);
  } catch (error) {
    return refused(`Cannot read the command line: ${reasonOf(error)}; see --help`);
  }
  const { values, positionals } = flags;
  if (values.help) return { ok: true, value: null };
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    return refused(
      `Cannot register a job: one G-code file was required, got ${positionals.length}; see --help`,
    );
  }
  const console = consoleOf(values.console);
  if (!console.ok) return console;
  const target = targetOf(values.printer);
  if (!target.ok) return target;
  const dialect = DIALECTS.find((known) => known === values.dialect);
  if (!dialect) {
    return refused(
      `Cannot read --dialect: ${DIALECTS.join(", ")} was required, got '${values.dialect}'`,
    );
  }
  const token = await readToken(values["token-file"]);
  if (!token.ok) return token;
  const keyFile = values["key-file"];
  const registrar = keyFile === undefined ? null : await readRegistrarKey(fromCaller(keyFile));
  if (registrar?.ok === false) return registrar;
  const maps = !values["no-maps"];
  const reached = { console: console.value, target: target.value, token: token.value };
  const wish = { ...reached, dialect, maps, file, registrar: registrar?.value ?? null };
  return { ok: true, value: wish };
}

function consoleOf(text: string | undefined): Result<URL> {
  const url = URL.parse(text ?? "");
  if (url && /^https?:$/.test(url.protocol)) return { ok: true, value: url };
  return refused(
    `Cannot read --console: an address such as https://printwarden.example was required, got '${
      text ?? ""
    }'`,
  );
}

function targetOf(text: string | undefined): Result<Address> {
  const [site, device, printer, ...more] = (text ?? "").split("/").map((name) => name.trim());
  const checked = Address.safeParse({ site, device, printer });
  if (checked.success && more.length === 0) return { ok: true, value: checked.data };
  return refused(`Cannot read --printer: SITE/DEVICE/PRINTER was required, got '${text ?? ""}'`);
}

/** Never from the command line: every user of the machine can read that. */
async function readToken(file: string | undefined): Promise<Result<string>> {
  let token = Deno.env.get("PRINTWARDEN_TOKEN");
  if (file !== undefined) {
    try {
      token = await Deno.readTextFile(fromCaller(file));
    } catch (error) {
      return refused(
        `Cannot read --token-file '${file}': a readable file was required: ${reasonOf(error)}`,
      );
    }
  }
  token = token?.trim() ?? "";
  if (/^\S{1,200}$/.test(token)) return { ok: true, value: token };
  return refused(
    "Cannot register a job: an API token was required in --token-file or PRINTWARDEN_TOKEN, got none",
  );
}

/** PrusaSlicer hands over a temporary file, and says beside it what it is going to be called. */
function labelOf(file: string): string {
  return basename(Deno.env.get("SLIC3R_PP_OUTPUT_NAME") || file).slice(0, 200);
}

/** Maps stay away where the whole would be too large with them. */
function bodyOf(label: string, manifest: Manifest, registration?: Registration): string {
  const whole = JSON.stringify({ label, manifest, registration });
  if (whole.length <= COMMAND_BYTES_MAX) return whole;
  const { maps: _, ...rest } = manifest;
  return JSON.stringify({ label, manifest: rest, registration });
}

/** The registrar's own signature, good for as long as a device may be unreachable. */
async function registrationOf(
  { target, registrar }: Wish,
  label: string,
  manifest: Manifest,
): Promise<Registration | undefined> {
  if (!registrar) return undefined;
  const until = new Date(Date.now() + SIGNED_FOR_MS).toISOString();
  const job = { target, label, manifest };
  return await signJob(job, until, registrar.key, registrar.certificate);
}

async function send(wish: Wish, label: string, manifest: Manifest): Promise<Result<string>> {
  const { site, device, printer } = wish.target;
  const path = `/api/v1/printers/${site}/${device}/${printer}/job`;
  const body = bodyOf(label, manifest, await registrationOf(wish, label, manifest));
  if (body.length > COMMAND_BYTES_MAX) {
    return refused(
      `Cannot register ${label}: a manifest of at most ${COMMAND_BYTES_MAX} bytes was required, got ` +
        `${body.length}; register it on the device itself: ` +
        `deno task edge job add FILE.gcode --printer ${printer}`,
    );
  }
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(new URL(path, wish.console), {
      method: "POST",
      headers: { Authorization: `Bearer ${wish.token}`, "Content-Type": "application/json" },
      body,
      // A redirect could carry the token elsewhere.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    answer = await response.json();
  } catch (error) {
    return refused(`Cannot reach the console at ${wish.console.origin}: ${reasonOf(error)}`);
  }
  const taken = Answer.safeParse(answer);
  if (response.ok && taken.success) return { ok: true, value: taken.data.digest };
  const said = Refusal.safeParse(answer);
  const words = said.success ? said.data.error : `it answered ${response.status}`;
  return refused(`Cannot register ${label}: ${words}`);
}

async function register(wish: Wish): Promise<Result<string>> {
  const { dialect, maps } = wish;
  const manifest = await manifestOfFile(fromCaller(wish.file), { dialect, maps });
  if (!manifest.ok) return manifest;
  const label = labelOf(wish.file);
  const sent = await send(wish, label, manifest.value);
  if (!sent.ok) return sent;
  const { site, device, printer } = wish.target;
  const { commandCount, layers } = manifest.value;
  return {
    ok: true,
    value: `${site}/${device}/${printer} is going to print ${label}: ${commandCount} commands, ` +
      `${layers.length} layers, digest ${sent.value.slice(0, 12)}…`,
  };
}

/** Prints a new key; it is asked for alone, since nothing else that is given would count. */
async function makeKey(others: readonly string[]): Promise<void> {
  if (others.length > 0) {
    console.error(
      `Cannot make a key: --make-key alone was required, got '${others.join(" ")}' too`,
    );
    Deno.exit(2);
  }
  const { file, next } = await newRegistrarKey();
  console.log(file);
  console.error(next);
}

async function main(): Promise<void> {
  const asksHelp = Deno.args.some((arg) => arg === "--help" || arg === "-h");
  if (Deno.args.includes("--make-key") && !asksHelp) {
    return await makeKey(Deno.args.filter((arg) => arg !== "--make-key"));
  }
  const wish = await readWish(Deno.args);
  if (!wish.ok) {
    console.error(wish.issue);
    Deno.exit(2);
  }
  const done = wish.value ? await register(wish.value) : { ok: true as const, value: HELP };
  if (!done.ok) {
    console.error(done.issue);
    Deno.exit(1);
  }
  console.log(done.value);
}

if (import.meta.main) await runMain(main);
