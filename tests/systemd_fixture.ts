/** A real systemd for tests, apart from the machine's own. */

const SYSTEMD = "/usr/lib/systemd/systemd";

/**
 * A user's systemd in namespaces of its own: it reads the units of one folder alone, and ends with
 * whoever started it.
 *
 * @param prepare what else to do in its namespaces first, for the shell
 */
export function startSystemd(folder: string, prepare = ":"): Deno.ChildProcess {
  const script = `mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system /run/user
    ${prepare}
    export XDG_RUNTIME_DIR=/run/user SYSTEMD_UNIT_PATH=${folder}
    ${SYSTEMD} --user --unit=default.target & wait`;
  const apart = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"];
  return new Deno.Command("unshare", {
    args: [...apart, "--mount-proc", "bash", "-c", script],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Whether this machine lets us: root, unshare and systemd are required. */
export async function canStartSystemd(): Promise<boolean> {
  const there = await Deno.stat(SYSTEMD).then(() => true, () => false);
  if (!there || Deno.uid() !== 0) return false;
  try {
    const args = ["--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
    return (await new Deno.Command("unshare", { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** Ends it with all that it started, and takes its empty groups of processes away. */
export async function endSystemd(systemd: Deno.ChildProcess): Promise<void> {
  systemd.kill("SIGKILL");
  await systemd.status;
  const own = ["systemd", "unified", "."].flatMap((kind) =>
    ["app.slice", "init.scope"].map((name) => `/sys/fs/cgroup/${kind}/${name}`)
  );
  // Those of a systemd that runs are in use, and stay.
  const args = [...own, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"];
  await new Deno.Command("find", { args, stderr: "null" }).output();
}
