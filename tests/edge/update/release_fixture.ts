/** Small signed releases, and a device that starts them without a machine behind it. */
import { join } from "node:path";
import type { AgentStatus } from "../../../edge/agent/status_file.ts";
import type { Check } from "../../../edge/doctor/check.ts";
import { Releases } from "../../../edge/update/layout_file.ts";
import type { Device } from "../../../edge/update/update_shell.ts";
import { writeRelease } from "../../../scripts/release.ts";
import { makeSigningKey } from "../../../shared/signing.ts";

export const key = await makeSigningKey();
export const pinned = new Map([[key.kid, key.publicJwk]]);

/** Packs a release whose program is one line. */
export async function releaseOf(
  folder: string,
  version: string,
  signer = key,
  program = `// ${version}\n`,
): Promise<string> {
  const bundle = join(folder, `bundle-${version}-${crypto.randomUUID()}`);
  await Deno.mkdir(join(bundle, "edge/models"), { recursive: true });
  await Deno.writeTextFile(join(bundle, "edge/main.js"), program);
  await Deno.writeTextFile(join(bundle, "edge/models/model.json"), `{"of":"${version}"}`);
  const madeAt = new Date(Date.UTC(2026, 10, 23));
  return await writeRelease({ bundle, out: folder, version, key: signer, madeAt });
}

/** A device whose agent is what `current` leads to, on a clock of its own. */
export class FakeDevice implements Device {
  nowS = 1000;
  bootId = "boot-1";
  pid = 4711;
  restarts = 0;
  said: string[] = [];
  /** Releases whose agent never comes up. */
  broken = new Set<string>();
  /** Releases whose signs of life never reach the broker, and whose doctor finds something to do. */
  mute = new Set<string>();
  ill = new Set<string>();
  state: AgentStatus["printers"][number]["state"] = "idle";
  alive = new Set([this.pid]);
  #running: string | null = null;
  #sinceS = 0;

  constructor(readonly releases: Releases) {}

  /** Starts what is current, as at boot. */
  async start(): Promise<this> {
    await this.restartAgent();
    this.nowS += 60;
    return this;
  }

  async restartAgent() {
    this.restarts++;
    this.#running = await this.releases.current();
    this.#sinceS = this.nowS;
    return { ok: true as const, value: null };
  }

  status(): Promise<AgentStatus | null> {
    const version = this.#running;
    if (version === null || this.broken.has(version)) return Promise.resolve(null);
    return Promise.resolve({
      v: 1,
      version,
      pid: 99,
      wallMs: this.nowMs(),
      upS: this.nowS - this.#sinceS,
      printers: [{ name: "left", state: this.state, toldS: this.mute.has(version) ? null : 3 }],
    });
  }

  doctor(version: string): Promise<Check[]> {
    const state = this.ill.has(version) ? "do" as const : "ok" as const;
    return Promise.resolve([{ name: "models", state, found: `of ${version}`, todo: null }]);
  }

  nowMs(): number {
    return this.nowS * 1000;
  }

  wait(ms: number): Promise<void> {
    this.nowS += ms / 1000;
    return Promise.resolve();
  }

  say(text: string): void {
    this.said.push(text);
  }

  isAlive(pid: number): boolean {
    return this.alive.has(pid);
  }
}
