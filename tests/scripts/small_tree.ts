const REPO = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

export interface Outcome {
  code: number;
  /** Both streams, first what was printed, then what was complained about. */
  text: string;
}

/**
 * Runs a script of ours as it stands in a small tree of its own, made of `files` by path, and
 * removes the tree.
 */
export async function runIn(
  files: Record<string, string>,
  script: string,
  args: string[] = [],
): Promise<Outcome> {
  const root = await Deno.makeTempDir();
  try {
    const config = {
      nodeModulesDir: "none",
      lock: false,
      imports: { uvu: "npm:uvu@0.5.6", zod: "npm:zod@4.6.7" },
    };
    const sources = { ...files, "deno.json": JSON.stringify(config) };
    for (const folder of ["shared", "edge", "cloud", "scripts", "tests"]) {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    }
    for (const [path, text] of Object.entries(sources)) {
      await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    await Deno.copyFile(`${REPO}/${script}`, `${root}/${script}`);
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", script, ...args],
      cwd: root,
      env: { NO_COLOR: "1" },
    });
    const { code, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
