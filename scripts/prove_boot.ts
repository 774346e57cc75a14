/**
 * Boots the card's image in an emulated arm64 machine, with the virtual printer at its USB, a printing
 * host in its network, and broker and aggregator on this machine: enrolled by the card's file, it finds
 * an attack, an expert's decision comes back and pauses the print; then power is cut again and again.
 * By hand: 15 minutes, and 2 for each cut.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fromCaller } from "../edge/commands/command_line.ts";
import { checkNeeds, checkPrograms } from "./card/needs.ts";
import { CardError } from "./card/program.ts";
import { optionsOr, wholeNumber } from "./command_line.ts";
import { type Attack, BootProof, type Response } from "./proof/boot_proof.ts";
import type { CardMachine } from "./proof/card_machine.ts";
import { EmulatedCard } from "./proof/emulated_card.ts";
import type { HostWay } from "./proof/host_print.ts";
import { PowerCuts } from "./proof/power_cuts.ts";
import { makeTwin } from "./proof/twin_image.ts";
import { UmlCard } from "./proof/uml_card.ts";
import { tellingPrinter } from "./show/stage.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const CUTS_MAX = 1000;
const SEED_MAX = 2 ** 32 - 1;
/** What either machine needs, and each of them besides; with the Debian package that brings it. */
const PROGRAMS = {
  mcopy: "mtools",
  "fsck.vfat": "dosfstools",
  e2fsck: "e2fsprogs",
  debugfs: "e2fsprogs",
  sfdisk: "fdisk",
  "nats-server": "nats-server",
  python3: "python3-serial",
  socat: "socat",
};
const EMULATOR = { "qemu-system-aarch64": "qemu-system-arm" };
const TWINS = {
  "linux.uml": "user-mode-linux",
  busybox: "busybox-static",
  cpio: "cpio",
  ip: "iproute2",
};
const HELP = `Usage: deno run -A scripts/prove_boot.ts --image FILE [--cuts N] [--attack ID]
       deno run -A scripts/prove_boot.ts --twin [--cuts N] [--attack ID]

  --image FILE   what ./scripts/image built (.img, not compressed)
  --twin         instead of an image, the same tree made of amd64 packages, by User Mode Linux: it
                 starts in seconds, without an emulator, but isn't the card's kernel nor its boards
  --cache DIR    where Debian's part of the twin is kept (default /var/cache/printwarden-twin)
  --cable        the host prints through the card as its USB cable, by the kernel's dummy controller,
                 instead of over the network; not with --twin, whose kernel has no USB
  --cuts N       how often power is cut at a random moment afterwards (default 3)
  --response R   what the expert decides: pause (default), or stop, which moves a relay's line
  --updates      lay signed releases onto the card, and aim one cut in six at their unpacking or trial;
                 in the end the last one has to be in use for good
  --seed N       of the cuts' moments (default 1)
  --no-wear      don't measure what is written to the card in five minutes
  --attack ID    a scenario of the virtual printer's (default B05: a heater forced on), with
  --variant V    its form (default hotend), and
  --kind K       the kind of deviation that it has to be told as (default hotend-heat)

Needs qemu-system-arm, mtools, nats-server, python3-serial and socat from Debian; for the twin root,
what ./scripts/image needs, user-mode-linux, busybox-static, cpio and iproute2.
`;
interface Wish {
  image: string | null;
  cache: string;
  host: HostWay;
  cuts: number;
  response: Response;
  updates: boolean;
  wear: boolean;
  seed: number;
  attack: Attack;
}

function readWish(args: string[]): Wish | null {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      image: { type: "string" },
      twin: { type: "boolean", default: false },
      cable: { type: "boolean", default: false },
      cache: { type: "string", default: "/var/cache/printwarden-twin" },
      cuts: { type: "string", default: "3" },
      response: { type: "string", default: "pause" },
      updates: { type: "boolean", default: false },
      wear: { type: "boolean", default: true },
      seed: { type: "string", default: "1" },
      attack: { type: "string", default: "B05" },
      variant: { type: "string", default: "hotend" },
      kind: { type: "string", default: "hotend-heat" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { image, twin, cable, response, updates, attack: scenario, variant, kind } = values;
  if (values.help) return null;
  if ((image === undefined) !== twin) {
    throw new RangeError("Cannot prove a card: either --image FILE or --twin was required");
  }
  if (response !== "pause" && response !== "stop") {
    throw new RangeError(`Cannot read --response: pause or stop was required, got '${response}'`);
  }
  if (twin && (cable || response === "stop")) {
    throw new RangeError(
      "Cannot prove it by --twin: it has neither USB nor GPIO; use --image FILE",
    );
  }
  return {
    image: image === undefined ? null : fromCaller(image),
    cache: fromCaller(values.cache),
    host: cable ? "usb" : "network",
    cuts: wholeNumber("cuts", values.cuts, 0, CUTS_MAX),
    response,
    updates,
    wear: values.wear,
    seed: wholeNumber("seed", values.seed, 0, SEED_MAX),
    attack: { scenario, variant, kind },
  };
}

async function prove(wish: Wish): Promise<void> {
  const own = wish.image === null ? TWINS : EMULATOR;
  await checkPrograms("prove a card", { ...PROGRAMS, ...own });
  if (wish.image === null) await checkNeeds([wish.cache]);
  const state = await Deno.makeTempDir({ prefix: "printwarden-boot-" });
  for (const folder of ["logs", "edge/run"]) {
    await Deno.mkdir(join(state, folder), { recursive: true });
  }
  const part = `${ROOT}scripts/parts/gear-prusaslicer.gcode`;
  const printerSeed = tellingPrinter(1_000_001).seed;
  const stage = { root: ROOT, state, part, printerSeed, natsUrl: "", children: [] };
  const twin = wish.image === null ? await makeTwin(wish.cache, state) : null;
  const card = twin === null ? new EmulatedCard(state) : new UmlCard(state, twin.initrd);
  const proof = new BootProof(stage, card, wish.host);
  try {
    proof.say(`everything in ${state}`);
    await Promise.race([asked(), steps(proof, card, state, wish, wish.image ?? twin!.image)]);
  } finally {
    await proof.end();
    if (card instanceof UmlCard) await card[Symbol.asyncDispose]();
  }
}

async function steps(
  proof: BootProof,
  card: CardMachine,
  state: string,
  wish: Wish,
  image: string,
): Promise<void> {
  const client = await proof.begin(image, wish.response);
  await proof.attack(client, wish.attack, wish.response);
  if (wish.wear) await proof.wear();
  const cuts = new PowerCuts(proof, card, state, wish);
  if (wish.updates) await cuts.prepareReleases();
  if (wish.cuts > 0) await cuts.cut(client);
}

/** Fails once somebody asks it to end, so that machine and network go with it. */
async function asked(): Promise<never> {
  const signal = await new Promise<string>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(name, () => resolve(name));
    }
  });
  throw new CardError(`The proof was asked to end by ${signal}`);
}

if (import.meta.main) {
  try {
    await prove(optionsOr(HELP, readWish));
    Deno.exit(0);
  } catch (error) {
    console.error(error instanceof CardError ? error.message : error);
    Deno.exit(1);
  }
}
