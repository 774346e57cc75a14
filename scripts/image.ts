/** Builds the card image: Debian's base, our bundle, one file that anyone can flash. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AGENT_VERSION } from "../edge/agent/compose.ts";
import { fromCaller } from "../edge/commands/command_line.ts";
import { toldError } from "../shared/told_error.ts";
import { debianBase } from "./card/base.ts";
import { checkModules } from "./card/check_modules.ts";
import { denoForArm } from "./card/deno_arm.ts";
import { writeImage } from "./card/disk.ts";
import { imagerManifest } from "./card/imager_manifest.ts";
import { COMPRESSED_BYTES_MAX, IMAGE_BYTES_MAX } from "./card/layout.ts";
import { checkNeeds } from "./card/needs.ts";
import { CardError, program } from "./card/program.ts";
import { layTree } from "./card/tree.ts";
import { optionsOr } from "./command_line.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const ICON = "cloud/console/browser/icon-192.png";
const HELP = `Usage: ./scripts/image [options]

Builds a card image (arm64) for Raspberry Pi 3, 4 and Zero 2 W out of Debian 13 and the edge's
bundle. Raspberry Pi 5 needs a kernel that knows its RP1 chip, which Debian 13's isn't yet: there,
put Raspberry Pi OS (64-bit) on a card and run scripts/install.

  --out DIR         where the image goes (default out/image)
  --cache DIR       where Debian's part is kept between builds (default /var/cache/printwarden-image)
  --url URL         where people will fetch the files from, for Raspberry Pi Imager's list
  --snapshot TIME   Debian of that time from snapshot.debian.org (20261101T000000Z) instead of today's
  --no-compress     leave out the .img.xz

It needs root, 3 GiB of room in both folders, and 15 minutes the first time, 3 after that. The same
commit and the same packages (the .packages file lists them) give the same image, bit for bit.
SOURCE_DATE_EPOCH sets the time that its files bear; else it is the commit's.
`;

interface Wish {
  out: string;
  cache: string;
  url: string;
  snapshot: string | undefined;
  compress: boolean;
}

/** Builds the image; says where it is. @throws {CardError} with a sentence */
async function build({ out, cache, url, snapshot, compress }: Wish): Promise<void> {
  await checkNeeds([out, cache]);
  const epochS = await epoch();
  const base = await debianBase(cache, { snapshot, say });
  const name = `printwarden-${AGENT_VERSION}-arm64`;
  const image = join(out, `${name}.img`);
  const work = await Deno.makeTempDir({ dir: cache, prefix: "work-" });
  try {
    const tree = join(work, "tree");
    await Deno.mkdir(tree);
    say("the tree: Debian's base, Deno, the bundle, units …");
    await layTree(tree, base.tar, await denoForArm(cache));
    await checkModules(tree);
    say("the partitions …");
    await Deno.remove(image).catch(() => {});
    await writeImage(tree, work, image, epochS);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  await Deno.copyFile(base.packages, join(out, `${name}.packages`));
  await checkSize(image, IMAGE_BYTES_MAX);
  if (compress) await publish(image, url, epochS);
  say(`done: ${image}`);
}

async function publish(image: string, url: string, epochS: number): Promise<void> {
  say("compressing …");
  const packed = `${image}.xz`;
  await program("compress the image", "xz", ["-T2", "-1", "--keep", "--force", image]);
  await checkSize(packed, COMPRESSED_BYTES_MAX);
  const [imageDigest, compressedDigest] = [await digestOf(image), await digestOf(packed)];
  const file = packed.split("/").pop()!;
  await Deno.writeTextFile(`${packed}.sha256`, `${compressedDigest}  ${file}\n`);
  await Deno.copyFile(ROOT + ICON, join(image, "../printwarden.png"));
  const manifest = imagerManifest({
    version: AGENT_VERSION,
    url: `${url}/${file}`,
    icon: `${url}/printwarden.png`,
    imageBytes: (await Deno.stat(image)).size,
    imageDigest,
    compressedBytes: (await Deno.stat(packed)).size,
    compressedDigest,
    epochS,
  });
  await Deno.writeTextFile(join(image, "../rpi-imager.json"), manifest);
}

async function digestOf(file: string): Promise<string> {
  return (await program("take a digest", "sha256sum", [file])).split(" ")[0]!;
}

async function checkSize(file: string, bytesMax: number): Promise<void> {
  const { size } = await Deno.stat(file);
  say(`${file}: ${(size / 1e6).toFixed(0)} MB`);
  if (size <= bytesMax) return;
  throw new CardError(
    `Cannot build the card: ${bytesMax} bytes at most were required, got ${size}`,
  );
}

async function epoch(): Promise<number> {
  const given = Deno.env.get("SOURCE_DATE_EPOCH");
  if (given !== undefined) return Number(given);
  const args = ["-C", ROOT, "-c", "safe.directory=*", "log", "-1", "--format=%ct"];
  return Number(await program("read the commit's time (or set SOURCE_DATE_EPOCH)", "git", args));
}

function say(text: string): void {
  console.error(`· ${text}`);
}

function readWish(args: string[]): Wish | null {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string", default: join(ROOT, "out/image") },
      cache: { type: "string", default: "/var/cache/printwarden-image" },
      url: { type: "string" },
      snapshot: { type: "string" },
      "no-compress": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const out = fromCaller(values.out);
  const { snapshot, url = `file://${out}` } = values;
  const compress = !values["no-compress"];
  return { out, cache: fromCaller(values.cache), url, snapshot, compress };
}

if (import.meta.main) {
  try {
    await build(optionsOr(HELP, readWish));
  } catch (error) {
    const told = toldError("Cannot build the card", error);
    if (told === null) throw error;
    console.error(told);
    Deno.exit(1);
  }
}
