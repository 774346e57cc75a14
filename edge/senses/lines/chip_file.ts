import { join } from "node:path";
import { reasonOf } from "../../../shared/reason.ts";
import { ok, refused, type Result } from "../../../shared/result.ts";
import type { Chip } from "./chip.ts";

const GPIO_FOLDER = "/sys/class/gpio";

/** The chips that the kernel shows in its sysfs folder of lines; one that can't be read is left out. */
export async function readChips(folder = GPIO_FOLDER): Promise<Result<Chip[]>> {
  const chips: Chip[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!name.startsWith("gpiochip")) continue;
      const chip = await readChip(join(folder, name));
      if (chip) chips.push(chip);
    }
  } catch (error) {
    const reason = reasonOf(error);
    return refused(
      `Cannot look for lines: ${folder} was required (a kernel with GPIO_SYSFS), got: ${reason}`,
    );
  }
  return ok(chips.sort((a, b) => a.base - b.base));
}

async function readChip(folder: string): Promise<Chip | null> {
  try {
    const read = async (name: string) => (await Deno.readTextFile(join(folder, name))).trim();
    const [label, base, lines] = [
      await read("label"),
      Number(await read("base")),
      Number(await read("ngpio")),
    ];
    return Number.isInteger(base) && Number.isInteger(lines) ? { label, base, lines } : null;
  } catch {
    return null;
  }
}
