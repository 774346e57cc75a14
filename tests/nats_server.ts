/** A real nats-server for a test: JetStream in a folder of its own, on a free port of loopback. */
export interface NatsServer {
  url: string;
  port: number;
  /** Ends it at once, as a power cut would; `start` brings it back on the same port and folder. */
  kill(): Promise<void>;
  /** Stops it in its tracks: connections stand, and nobody answers. */
  freeze(): void;
  /** Lets it go on from there. */
  thaw(): void;
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Whether this machine has one; a test that needs it says loudly that it was skipped. */
export async function hasNatsServer(): Promise<boolean> {
  try {
    return (await new Deno.Command("nats-server", { args: ["-v"] }).output()).success;
  } catch {
    return false;
  }
}

async function portOf(folder: string, pid: number): Promise<number> {
  const name = `${folder}/nats-server_${pid}.ports`;
  for (let attempt = 0; attempt < 2400; attempt++) {
    try {
      const ports = JSON.parse(await Deno.readTextFile(name)) as { nats: string[] };
      return Number(new URL(ports.nats[0]!).port);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  throw new Error(`Cannot start nats-server: '${name}' was required within 60 s, got none`);
}

/**
 * Starts one.
 *
 * @param configuration more lines of its configuration, such as `authorization { … }`
 */
export async function startNatsServer(configuration = ""): Promise<NatsServer> {
  const folder = await Deno.makeTempDir({ prefix: "nats-" });
  let port = -1;
  let child: Deno.ChildProcess | null = null;
  const start = async () => {
    await Deno.writeTextFile(
      `${folder}/nats.conf`,
      `listen: "127.0.0.1:${port}"\nports_file_dir: "${folder}"\n` +
        `jetstream { store_dir: "${folder}/js" }\n${configuration}\n`,
    );
    const args = ["-c", `${folder}/nats.conf`, "-l", `${folder}/log`];
    child = new Deno.Command("nats-server", { args, stdout: "null", stderr: "null" }).spawn();
    port = await portOf(folder, child.pid);
  };
  const kill = async () => {
    const running = child;
    child = null;
    if (!running) return;
    running.kill("SIGKILL");
    await running.status;
  };
  await start();
  return {
    get url() {
      return `nats://127.0.0.1:${port}`;
    },
    get port() {
      return port;
    },
    kill,
    freeze: () => child?.kill("SIGSTOP"),
    thaw: () => child?.kill("SIGCONT"),
    start,
    async stop() {
      await kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
