import { join } from "node:path";
import { program } from "../card/program.ts";
import { type Buildah, BuiltContainer } from "./built_container.ts";

const KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";
const MIRROR = "http://deb.debian.org/debian";
const TRUSTED_HERE = "/etc/ssl/certs/ca-certificates.crt";
const TRUSTED_THERE = "/usr/local/share/ca-certificates/builder.crt";
const BASE = "localhost/printwarden-base";

/** For what machines, as Debian and container engines call them both. */
export type Architecture = "amd64" | "arm64";
/** An image on this machine. */
export interface BuiltImage {
  name: string;
  architecture: Architecture;
  megabytes: number;
}

/** Builds images with buildah in a chroot: no engine, no registry, nothing left in its own store. */
export class Builder implements Buildah {
  #work: string;

  constructor(work: string) {
    this.#work = work;
  }

  /** A plain Debian as the images' base, made once; this machine's own kernel has to run it. */
  async debian(suite: string, architecture: Architecture): Promise<BuiltImage> {
    const tar = join(this.#work, `${suite}-${architecture}.tar`);
    const name = `${BASE}:${suite}-${architecture}`;
    await Deno.mkdir(this.#work, { recursive: true });
    if (!await Deno.stat(tar).then(() => true, () => false)) {
      const source = `deb [signed-by=${KEYS}] ${MIRROR} ${suite} main`;
      const args = ["--mode=root", "--variant=apt", "--format=tar"]
        .concat([`--architectures=${architecture}`, suite, `${tar}.new`, source]);
      await program("make the base", "mmdebstrap", args);
      await Deno.rename(`${tar}.new`, tar);
    }
    const from = (await this.buildah("begin the base", ["from", "scratch"])).trim();
    await this.buildah("fill the base", ["add", "--quiet", from, tar, "/"]);
    await this.#trustAsHere(from);
    await this.buildah("set the base", [
      "config",
      ...["--arch", architecture, ...(architecture === "arm64" ? ["--variant", "v8"] : [])],
      ...["--env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin"],
      from,
    ]);
    await this.buildah("keep the base", ["commit", "--quiet", "--rm", from, name]);
    return { name, architecture, megabytes: await this.#megabytes(name) };
  }

  /** Whom this machine trusts besides everybody, such as a company's proxy, the base trusts as well. */
  async #trustAsHere(from: string): Promise<void> {
    if (!await Deno.stat(TRUSTED_HERE).then(() => true, () => false)) return;
    await this.buildah("fill the base", ["add", "--quiet", from, TRUSTED_HERE, TRUSTED_THERE]);
  }

  /**
   * Builds one target of a Dockerfile.
   *
   * @param base - what the image stands on
   * @param builder - the same for this machine, on which the Dockerfile's programs run
   */
  async build(
    file: string,
    target: string,
    base: BuiltImage,
    builder: BuiltImage,
  ): Promise<BuiltImage> {
    const { architecture } = base;
    const name = `localhost/printwarden-${target}-${architecture}`;
    const from = [
      ...["--build-arg", `BASE=${base.name}`, "--build-arg", `BUILDER=${builder.name}`],
      ...["--build-arg", `BUILDPLATFORM=linux/${builder.architecture}`],
      ...["--platform", `linux/${architecture}`, "--target", target, "--layers", "--pull=never"],
    ];
    const args = ["build", "--format", "docker", "-t", name, ...from, "-f", file, join(file, "..")];
    await this.buildah(`build '${target}'`, args);
    return { name, architecture, megabytes: await this.#megabytes(name) };
  }

  /** The file system of a built image, to run programs in. */
  async open({ name, architecture }: BuiltImage): Promise<BuiltContainer> {
    const doing = `open '${name}'`;
    const config = JSON.parse(await this.buildah(doing, ["inspect", "--type", "image", name]));
    const from = ["from", "--pull=never", "--arch", architecture, name];
    const id = (await this.buildah(doing, from)).trim();
    return new BuiltContainer(this, id, config.Docker.config);
  }

  /** Takes away what buildah leaves mounted upon its store. */
  async close(): Promise<void> {
    const args = [join(this.#work, "store/overlay")];
    // Where nothing was built, nothing is mounted.
    await program("tidy up", "umount", args).catch(() => {});
  }

  /** Runs buildah upon a store of this work folder's own. */
  async buildah(doing: string, args: string[]): Promise<string> {
    return await program(doing, "buildah", this.#args(args));
  }

  /** Starts buildah and goes on. */
  start(args: string[]): Deno.ChildProcess {
    const options = { args: this.#args(args), stdout: "null", stderr: "null" } as const;
    return new Deno.Command("buildah", options).spawn();
  }

  #args(args: string[]): string[] {
    const store = ["--root", join(this.#work, "store"), "--runroot", join(this.#work, "run")];
    const [verb, ...rest] = args;
    const isolated = verb === "run" || verb === "build" ? ["--isolation", "chroot"] : [];
    return [...store, "--storage-driver", "overlay", verb!, ...isolated, ...rest];
  }

  async #megabytes(name: string): Promise<number> {
    const text = await this.buildah("measure an image", ["images", "--json", name]);
    const size = JSON.parse(text)[0].size as string;
    return Math.round(parseFloat(size) * (size.includes("GB") ? 1000 : 1));
  }
}
