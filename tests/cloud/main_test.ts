import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { siteSuite, until } from "./site_fixture.ts";

const MAIN = fileURLToPath(new URL("../../cloud/main.ts", import.meta.url));
const { tests, skipped } = await siteSuite("the cloud command");

function command(args: string[]): Deno.Command {
  const permissions = ["--allow-net", "--allow-read", "--allow-write", "--allow-env"];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...permissions, "--no-prompt", MAIN, ...args],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  });
}

async function run(...args: string[]) {
  const { code, stdout, stderr } = await command(args).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

if (!skipped) {
  tests("lists what it can do", async () => {
    const { code, stdout } = await run("--help");
    assert.is(code, 0);
    for (const name of ["serve", "provision", "token", "invite", "audit"]) {
      assert.ok(stdout.includes(name), name);
    }
  });

  tests("provisioning by JWTs says that tokens and cards bring none", async () => {
    const state = await Deno.makeTempDir();
    const where = ["provision", "--state", state, "--site", "s"];
    const plain = await run(...where);
    assert.equal([plain.code, plain.stderr], [0, ""]);
    for (const flags of [["--jwt"], []]) {
      const told = await run(...where, ...flags);
      assert.match(told.stderr, /give a device no JWT.*cloud\/broker\/README/);
      assert.ok(JSON.parse(told.stdout).natsConfigFile);
    }
    await Deno.remove(state, { recursive: true });
  });

  tests(
    "a broken configuration or command is told in a line, with exit code 2",
    async ({ site }) => {
      const file = `${site.state}/broken.toml`;
      await Deno.writeTextFile(file, "[console]\nport = 99999\n");
      const broken = await run("serve", "--config", file);
      assert.is(broken.code, 2);
      assert.match(broken.stderr, /'console\.port': at most 65535 was required, got 99999/);
      assert.not.match(broken.stderr, /\n.+at /);
      const wrongs = [["fly"], ["serve", "--colour"], ["token"], ["serve", "--port", "x"]];
      const unheard = [["serve", "x"], ["enrol", "--site", "a"], ["revoke", "a", "b"], [
        "toString",
      ]];
      const names = [["provision", "--state", `${site.state}/new`, "--site", "a b"]];
      const nowhere = [["serve", "--state", "/nowhere"], [
        "audit",
        "verify",
        "--state",
        "/dev/null",
      ]];
      for (const args of [...wrongs, ...unheard, ...nowhere, ...names]) {
        const wrong = await run(...args);
        assert.is(wrong.code, 2, args.join(" "));
        assert.is(wrong.stderr.trim().split("\n").length, 1, wrong.stderr);
      }
    },
  );

  tests(
    "serves, prints a set-up link, takes tokens and invitations, ends when asked",
    async ({ site }) => {
      const where = ["--state", site.state, "--nats", site.natsUrl];
      const child = command(["serve", ...where]).spawn();
      let output = "";
      const reading = (async () => {
        for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) output += text;
      })();
      const draining = child.stderr.pipeTo(new WritableStream());
      const link = await until("the set-up link", () => /http:\S+\/join\/\S+/.exec(output)?.[0]);
      const ports = JSON.parse(await Deno.readTextFile(`${site.state}/ports.json`));
      assert.is(ports.console, Number(new URL(link).port));
      const page = await fetch(link);
      assert.is(page.status, 200);
      await page.body?.cancel();

      const token = (await run("token", "--name", "demo", ...where)).stdout.trim();
      assert.match(token, /^pwt_/);
      const answer = await until("the token to hold", async () => {
        const response = await fetch(`http://127.0.0.1:${ports.console}/api/v1/cases`, {
          headers: { Authorization: `Bearer ${token}` },
        });
        const json = await response.json();
        return response.status === 200 ? json : null;
      });
      assert.equal(answer, { cases: [] });

      const invitation = (await run("invite", "--role", "viewer", ...where)).stdout.trim();
      assert.ok(invitation.startsWith(`http://localhost:${ports.console}/join/`));
      const verified = (await run("audit", "verify", ...where)).stdout;
      assert.match(verified, /The audit log holds: 2 rows/);
      const known = /--known (\S+)/.exec(verified)![1]!;
      assert.is((await run("audit", "verify", "--known", known, ...where)).code, 0);
      const other = known.replace(/:(.)/, (_, digit) => `:${digit === "0" ? "1" : "0"}`);
      assert.is((await run("audit", "verify", "--known", other, ...where)).code, 1);
      const rows = (await run("audit", "export", ...where)).stdout.trim().split("\n");
      assert.equal(rows.map((row) => JSON.parse(row).act), ["token-made", "invited"]);

      child.kill("SIGTERM");
      assert.is((await child.status).code, 0);
      await Promise.all([reading, draining]);
    },
  );
}

tests.run();
