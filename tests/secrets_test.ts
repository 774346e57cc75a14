/** Programs as at a site, at their most talkative: what they say and show holds no secret. */
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { loadConfig } from "../edge/config.ts";
import { agentPermissions } from "../edge/config/permissions.ts";
import { deviationMessage } from "../scripts/fabricate.ts";
import type { ProvisionedSite } from "../scripts/provisioned_site.ts";
import { ADDRESS, deviationOf, DEVICE, SITE, siteSuite, until } from "./cloud/site_fixture.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const PASSWORD = "correct horse battery staple";
const WRONG = "incorrect donkey torch nail";
const { tests, skipped } = await siteSuite("secrets");

/** A program under way, and all that anybody can see of it. */
interface Watched {
  said: { out: string; error: string };
  shown: string;
  end(): Promise<void>;
}

async function watched(args: string[]): Promise<Watched> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = { out: "", error: "" };
  const reading = [
    keep(child.stdout, (text) => said.out += text),
    keep(child.stderr, (text) => said.error += text),
  ];
  // Anybody on the machine may read a process's command line (ps).
  const shown = await Deno.readTextFile(`/proc/${child.pid}/cmdline`);
  const end = async () => {
    child.kill("SIGTERM");
    await child.status;
    await Promise.all(reading);
  };
  return { said, shown, end };
}

async function keep(stream: ReadableStream<Uint8Array>, take: (text: string) => void) {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
}

/** Every private key and seed below a folder. */
async function secretsIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await secretsIn(path));
    else if (isFile && /\.(nk|json|pem|key|conf)$/.test(name)) {
      const text = await Deno.readTextFile(path);
      const seeds = text.match(/\bS[AUO][A-Z2-7]{56}\b/g) ?? [];
      const numbers = [...text.matchAll(/"(?:d|privateKey)":\s*"([\w-]{32,})"/g)].map(([, d]) =>
        d!
      );
      const keys = [...text.matchAll(/PRIVATE KEY-----\n([^\n]{40,})/g)].map(([, line]) => line!);
      found.push(...seeds, ...numbers, ...keys);
    }
  }
  return found;
}

/** Signs in, and wrongly too; gives what only this person's browser may know. */
async function useConsole(link: string): Promise<string[]> {
  const { origin } = new URL(link);
  const credential = link.split("/join/")[1]!;
  const post = async (path: string, form: Record<string, string>, cookie = "") => {
    const headers = { Origin: origin, Cookie: cookie };
    const options = { method: "POST", headers, redirect: "manual" as const };
    const answer = await fetch(origin + path, { ...options, body: new URLSearchParams(form) });
    await answer.body?.cancel();
    return answer;
  };
  await (await fetch(link)).body?.cancel();
  const joined = await post("/join", {
    credential,
    name: "Mira",
    password: PASSWORD,
    again: PASSWORD,
  });
  const cookie = /^[^=]+=([^;]+)/.exec(joined.headers.get("Set-Cookie") ?? "");
  assert.ok(cookie, `joined: ${joined.status}`);
  await post("/sign-in", { name: "Mira", password: WRONG });
  await post("/sign-in", { name: "Mira", password: PASSWORD });
  await post("/alerts/channels", { kind: "webhook", name: "x", url: "not a url" }, cookie[0]);
  await (await fetch(`${origin}/`, { headers: { Cookie: cookie[0] } })).body?.cancel();
  return [credential, cookie[1]!, PASSWORD, WRONG];
}

async function startAgent(site: ProvisionedSite): Promise<Watched> {
  const keys = site.provisioned.deviceFolders[DEVICE]!;
  const file = `${site.state}/edge.toml`;
  await Deno.writeTextFile(
    file,
    `site = "${SITE}"
device = "${DEVICE}"
state = "${site.state}/edge"
[nats]
url = "${site.natsUrl}"
keyFile = "${keys}/device.nk"
caFile = "${keys}/ca.pem"
trustFile = "${keys}/trust.json"
[[printer]]
name = "p1"
port = "/dev/null"
`,
  );
  const config = await loadConfig(file);
  if (!config.ok) throw new Error(config.issue);
  const permissions = agentPermissions(config.value, file, ROOT);
  return await watched([...permissions, "edge/main.ts", "run", "--verbose", "--config", file]);
}

if (!skipped) {
  tests(
    "no key, seed, password, token or session shows in logs or process lists",
    async ({ site }) => {
      const where = ["--state", site.state, "--nats", site.natsUrl];
      const cloud = [
        "--allow-net",
        "--allow-read",
        "--allow-write",
        "--allow-env",
        "cloud/main.ts",
      ];
      const aggregator = await watched([...cloud, "serve", "--verbose", ...where]);
      const link = await until(
        "the set-up link",
        () => /http:\S+\/join\/\S+/.exec(aggregator.said.out)?.[0],
      );
      const agent = await startAgent(site);
      const known = await useConsole(link);
      const made = await watched([...cloud, "token", "--name", "demo", ...where]);
      const token = await until("a token", () => /pwt_\S+/.exec(made.said.out)?.[0]);
      const answer = await fetch(`${new URL(link).origin}/api/v1/cases`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      await answer.body?.cancel();
      await site.send(DEVICE, deviationMessage(ADDRESS, deviationOf("p1", "cold-block")));
      await until("the agent's connection", () => /connected to/.test(agent.said.error));
      await agent.end();
      await aggregator.end();

      const broker = await Deno.readTextFile(`${site.state}/broker/log`);
      const seen = {
        "the aggregator's log": aggregator.said.error,
        "its output but for the link": aggregator.said.out.replace(link, ""),
        "the agent's log": agent.said.error + agent.said.out,
        "the broker's log": broker,
        "the list of processes": aggregator.shown + agent.shown + made.shown,
      };
      const secrets = [...known, token, token.slice(4), ...await secretsIn(site.state)];
      assert.ok(secrets.length > 12, `there is something to look for, got ${secrets.length}`);
      for (const [place, text] of Object.entries(seen)) {
        assert.ok(text.length > 0, `${place} says something`);
        for (const secret of secrets) {
          assert.not.ok(
            text.includes(secret),
            `${place} holds a secret that begins '${secret.slice(0, 6)}'`,
          );
        }
      }
    },
  );

  tests("an agent with its named permissions lacks none", async ({ site }) => {
    const agent = await startAgent(site);
    await until("the agent's connection", () => /connected to/.test(agent.said.error));
    await until("a snapshot", async () => {
      try {
        return await Deno.stat(`${site.state}/edge/run/p1.snapshot.json`);
      } catch {
        return null;
      }
    });
    await agent.end();
    assert.not.match(agent.said.error, /NotCapable|Requires \w+ access/);
  });
}

tests.run();
