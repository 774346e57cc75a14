/**
 * Builds the Dockerfile's images for real, without an engine or a registry: buildah in a chroot, on a
 * Debian that mmdebstrap makes. Then starts the broker and the aggregator out of the built file system,
 * as its own user, and asks for /healthz. By hand, as root: some ten minutes.
 */
import { join } from "node:path";
import { argsOf } from "../edge/commands/command_line.ts";
import { runMain } from "./command_line.ts";
import { freePort } from "./container/free_port.ts";
import { type Architecture, Builder, type BuiltImage } from "./container/builder.ts";
import { whileArmRuns } from "./card/emulation.ts";
import { CardError } from "./card/program.ts";
import { wait } from "../shared/wait.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const HERE: Architecture = Deno.build.arch === "aarch64" ? "arm64" : "amd64";
const ANSWER_S = 120;
const HELP = `Usage: deno run -A scripts/prove_containers.ts [--suite trixie] [--work DIR] [--arm64]

Builds the targets 'cloud' and 'edge' of the Dockerfile with buildah, then starts what was built.
Needs root, buildah and mmdebstrap; without them it says so and skips.

  --arm64      builds 'edge' for arm64 as well, and runs it; needs qemu-user-static, and ten minutes
               more the first time
  --work DIR   where base and layers are kept (default /var/cache/printwarden-containers)
`;

async function prove(work: string, suite: string, foreign: boolean): Promise<void> {
  const builder = new Builder(work);
  try {
    const base = await builder.debian(suite, HERE);
    await proveEdge(builder, base, base);
    await proveCloud(builder, await build(builder, "cloud", base, base));
    if (foreign) {
      const arm = await whileArmRuns(() => builder.debian(suite, "arm64"));
      await proveEdge(builder, arm, base);
    }
  } finally {
    await builder.close();
  }
}

async function build(
  builder: Builder,
  target: string,
  base: BuiltImage,
  machine: BuiltImage,
): Promise<BuiltImage> {
  const started = performance.now();
  const image = await builder.build(join(ROOT, "Dockerfile"), target, base, machine);
  const tookS = Math.round((performance.now() - started) / 1000);
  console.log(
    `built '${target}' for ${base.architecture} in ${tookS} s: ${image.megabytes} MB, ` +
      `of which Debian ${base.megabytes}`,
  );
  return image;
}

/** Agent and tap answer; another machine's by an emulator of its processor. */
async function proveEdge(builder: Builder, base: BuiltImage, machine: BuiltImage): Promise<void> {
  const edge = await builder.open(await build(builder, "edge", base, machine));
  const ask = async () => {
    for (const name of ["agent", "tap"]) {
      const said = await edge.run([`/opt/printwarden/${name}`, "--help"]);
      console.log(`${name} for ${base.architecture}: ${said.split("\n")[0]}`);
    }
  };
  try {
    await (base.architecture === HERE ? ask() : whileArmRuns(ask));
  } finally {
    await edge.close();
  }
}

/** The life of a site in the image: provisioned, broker and aggregator up, asked how it is. */
async function proveCloud(builder: Builder, image: BuiltImage): Promise<void> {
  const cloud = await builder.open(image);
  try {
    const main = cloud.entrypoint();
    const [broker, port] = [freePort(), freePort()];
    const site = ["--site", "proof", "--host", "127.0.0.1", "--nats-port", String(broker)];
    await cloud.run([...main, "provision", "--state", "/data", ...site]);
    cloud.start(["nats-server", "-c", "/data/broker/nats-server.conf"]);
    cloud.start([...main, "serve", "--state", "/data", "--port", String(port)]);
    const answer = await answered(`http://127.0.0.1:${port}/healthz`);
    console.log(
      `cloud: /healthz says ${answer}, as user ${(await cloud.run(["id", "-u"])).trim()}`,
    );
    console.log(`health check: ${(await cloud.run(cloud.healthCheck())).trim()}`);
  } finally {
    await cloud.close();
  }
}

async function answered(url: string): Promise<string> {
  const until = Date.now() + ANSWER_S * 1000;
  while (Date.now() < until) {
    const response = await fetch(url).catch(() => null);
    const text = await response?.text();
    if (response?.ok) return text!;
    await wait(500);
  }
  throw new CardError(`Cannot prove the cloud's image: /healthz within ${ANSWER_S} s was required`);
}

async function lacking(foreign: boolean): Promise<string | null> {
  if (Deno.uid() !== 0) return "root was required";
  for (const name of ["buildah", "mmdebstrap", ...(foreign ? ["qemu-aarch64-static"] : [])]) {
    const { success } = await new Deno.Command("sh", { args: ["-c", `command -v ${name}`] })
      .output();
    if (!success) return `${name} was required, there is none`;
  }
  return null;
}

async function main(): Promise<void> {
  const { values } = argsOf({
    args: Deno.args,
    options: {
      suite: { type: "string", default: "trixie" },
      arm64: { type: "boolean", default: false },
      work: { type: "string", default: "/var/cache/printwarden-containers" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const missing = values.help ? null : await lacking(values.arm64);
  if (values.help) console.log(HELP);
  else if (missing !== null) console.log(`SKIPPED the containers' proof: ${missing}`);
  else await prove(values.work, values.suite, values.arm64);
}

if (import.meta.main) await runMain(main);
