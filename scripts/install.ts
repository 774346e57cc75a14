/** Puts the guard onto an existing Raspberry Pi OS or Debian, beside OctoPrint or any other host. */
import { join } from "node:path";
import { argsOf, fail, fromCaller } from "../edge/commands/command_line.ts";
import { readCard } from "../edge/first_boot/card_file.ts";
import { defaultWay } from "../edge/first_boot/card_schema.ts";
import { OWNER_ONLY } from "../edge/first_boot/lasting_file.ts";
import { toldError } from "../shared/told_error.ts";
import { layEdge, takeDenoAway } from "./card/lay_edge.ts";
import { CardError, program } from "./card/program.ts";

const HELP = `Usage: sudo ./scripts/install --file printwarden.toml [options]
       sudo ./scripts/install --remove

Installs the guard on a 64-bit Raspberry Pi OS or Debian: programs in /opt/printwarden, services, and
the printers of the file, whose form is the card's (scripts/card/boot/printwarden-example.toml). Name,
network, firewall, console and light of this machine stay as they are, and no port is opened in the
network unless a printer says host = "network".

  --file FILE      token and printers; it is copied, and the copy's token removed once it is used
  --host-user NAME who runs the printing software: may open the taps' ports (default: nobody more)
  --bundle DIR     programs that were bundled elsewhere ('deno task bundle'), instead of here
  --root DIR       lay the files there, or take them away there, and start or stop nothing
  --remove         stop and take away everything but /etc/printwarden and /var/lib/printwarden

Afterwards the printing software opens /run/printwarden/NAME.tty instead of the printer's own port.
In OctoPrint: Settings, Serial Connection, Additional serial ports.

On one machine, whoever is root there can stop the guard as well: this way in protects against a
tampered job or firmware, not against an intruder on the Pi. For that, put a Pi of its own between.
`;
const CARD = "etc/printwarden/card";
/** Of serial ports, and so of the taps' terminals; the guard's own group is for its own programs. */
const PORTS_GROUP = "dialout";
const DOING = "install the guard";
const ENABLED = ["printwarden-card.service", "printwarden-update-recover.service"];
/** The aggregator may stand on the same machine and is none of the guard's units. */
const ANOTHERS = /aggregator/;

interface Wish {
  file: string;
  root: string;
  bundle: string | undefined;
  hostUser: string | undefined;
}

/** @throws {CardError} with a sentence if something is missing */
async function install({ file, root, bundle, hostUser }: Wish): Promise<void> {
  const bytes = await Deno.readFile(file).catch(() => {
    throw new CardError(`Cannot ${DOING}: a readable file was required, got '${file}'`);
  });
  const read = readCard(bytes, defaultWay(true));
  if (!read.ok) throw new CardError(`Cannot ${DOING}: ${file}:\n- ${read.issues.join("\n- ")}`);
  const here = root === "/";
  if (here) await checkMachine(hostUser);
  if (here && read.value.printer.some(({ host }) => host === "network")) {
    await required("ser2net", `host = "network"`);
  }
  if (here && read.value.printer.some(({ host }) => host === "usb")) {
    await required("socat", `host = "usb"`);
  }
  await layEdge(root, Deno.execPath(), bundle);
  const card = join(root, CARD);
  await Deno.mkdir(card, { recursive: true, mode: 0o700 });
  await Deno.writeFile(join(card, "printwarden.toml"), bytes, { mode: OWNER_ONLY });
  await layBeside(root);
  await program(DOING, "systemd-sysusers", here ? [] : [`--root=${root}`]);
  if (!here) return;
  if (hostUser !== undefined) await program(DOING, "usermod", ["-aG", PORTS_GROUP, hostUser]);
  await program(DOING, "systemd-tmpfiles", ["--create", "printwarden.conf"]);
  await program(DOING, "systemctl", ["daemon-reload"]);
  await program(DOING, "systemctl", ["enable", "--quiet", ...ENABLED]);
  await program(DOING, "systemctl", ["restart", "printwarden-card.service"]);
  const names = read.value.printer.map(({ name }) => `/run/printwarden/${name}.tty`);
  await tellLeftTaps(read.value.printer.map(({ name }) => name));
  console.log(`installed; how it goes on stands in /${CARD}/printwarden-status.txt`);
  console.log(`let the printing software open ${names.join(", ")}`);
}

/** What differs from a card: its file's place, and that this machine is somebody else's. */
async function layBeside(root: string): Promise<void> {
  const folder = join(root, "etc/systemd/system/printwarden-card.service.d");
  const start = "ExecStart=/usr/local/bin/deno run --no-prompt --cached-only -A " +
    `/opt/printwarden/edge/main.js first-boot --beside --card /${CARD}`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "beside.conf"), `[Service]\nExecStart=\n${start}\n`);
}

/** Refuses before anything is written what would fail in the midst of it. */
async function checkMachine(hostUser: string | undefined): Promise<void> {
  // systemd(1): the folder is there where systemd is what runs the machine.
  if (!(await Deno.stat("/run/systemd/system").catch(() => null))?.isDirectory) {
    throw new CardError(
      `Cannot ${DOING}: a machine run by systemd was required, got another, or a container; ` +
        "--root DIR lays the files there and starts nothing",
    );
  }
  if (hostUser === undefined) return;
  const { success } = await new Deno.Command("id", { args: ["-u", "--", hostUser] }).output();
  if (success) return;
  throw new CardError(
    `Cannot ${DOING}: a user of this machine was required for --host-user, got '${hostUser}'`,
  );
}

async function required(name: string, why: string): Promise<void> {
  const { success } = await new Deno.Command("sh", { args: ["-c", `command -v ${name}`] }).output();
  if (success) return;
  throw new CardError(`Cannot ${DOING}: ${why} needs ${name}: 'apt-get install ${name}' first`);
}

/** A tap that runs may carry a job: one that the file names no more is told of, not stopped. */
async function tellLeftTaps(names: readonly string[]): Promise<void> {
  const wanted = new Set(names.map((name) => `printwarden-tap@${name}.service`));
  for (const unit of await loadedUnits("printwarden-tap@*")) {
    if (wanted.has(unit)) continue;
    console.log(
      `${unit} goes on, though the file names it no more: when its printer is idle, ` +
        `'systemctl stop ${unit}'`,
    );
  }
}

/** Units that systemd knows of just now; only these can be stopped without an error. */
async function loadedUnits(pattern: string): Promise<string[]> {
  const args = ["list-units", "--all", "--plain", "--no-legend", pattern];
  const lines = (await program("list the guard's units", "systemctl", args)).split("\n");
  return lines.map((line) => line.split(/\s+/))
    .filter(([unit = "", load]) => unit !== "" && load !== "not-found" && !ANOTHERS.test(unit))
    .map(([unit = ""]) => unit);
}

/** The guard's own unit files and drop-ins. */
async function unitFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.startsWith("printwarden-") && !ANOTHERS.test(name)) found.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found;
}

/** Stops the guard and takes its programs away; keys and what was learnt stay. Twice is no mistake. */
async function remove(root: string): Promise<void> {
  const folder = join(root, "etc/systemd/system");
  const files = await unitFiles(folder);
  const here = root === "/";
  if (here) {
    const units = await loadedUnits("printwarden-*");
    if (units.length > 0) await program("stop the guard", "systemctl", ["stop", ...units]);
    const enabled = ENABLED.filter((unit) => files.includes(unit));
    if (enabled.length > 0) {
      await program("stop the guard", "systemctl", ["disable", "--quiet", ...enabled]);
    }
  }
  await takeDenoAway(root);
  const paths = [
    "opt/printwarden",
    "usr/local/lib/printwarden",
    "usr/lib/sysusers.d/printwarden.conf",
    "usr/lib/tmpfiles.d/printwarden.conf",
    "usr/lib/udev/rules.d/60-printwarden-senses.rules",
    "etc/udev/rules.d/70-printwarden.rules",
  ].map((path) => join(root, path));
  for (const path of [...paths, ...files.map((name) => join(folder, name))]) {
    await Deno.remove(path, { recursive: true }).catch(() => {});
  }
  if (here) await program("tell systemd", "systemctl", ["daemon-reload"]);
  console.log("removed; the printing software opens the printer's own port again");
}

if (import.meta.main) {
  const { values } = argsOf({
    args: Deno.args,
    options: {
      file: { type: "string" },
      "host-user": { type: "string" },
      bundle: { type: "string" },
      root: { type: "string", default: "/" },
      remove: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { file, bundle } = values;
  try {
    if (values.help) console.log(HELP);
    else if (values.root === "/" && Deno.uid() !== 0) {
      fail(`Cannot ${DOING}: root was required, got user ${Deno.uid()}; run it by sudo`);
    } else if (values.remove) await remove(fromCaller(values.root));
    else if (file === undefined) fail(`Cannot ${DOING}: --file FILE was required\n\n${HELP}`);
    else {
      await install({
        file: fromCaller(file),
        root: fromCaller(values.root),
        bundle: bundle === undefined ? undefined : fromCaller(bundle),
        hostUser: values["host-user"],
      });
    }
  } catch (error) {
    const told = toldError(`Cannot ${DOING}`, error);
    if (told === null) throw error;
    fail(told);
  }
}
