/** Makes the boot files of many cards: each with a token of its own, and a sheet of labels. */
import { join } from "node:path";
import { enrolCommand } from "../cloud/command_line/device_commands.ts";
import { configOf } from "../cloud/command_line/flags.ts";
import { argsOf, fail, fromCaller } from "../edge/commands/command_line.ts";
import { runMain } from "./command_line.ts";
import { cardFileFor } from "./card/card_file_for.ts";
import { type Label, labelPage, LABELS_PER_PAGE } from "./card/labels.ts";

const EXAMPLE = new URL("./card/boot/printwarden-example.toml", import.meta.url).pathname;
/** As many tokens may wait at a site at once. */
const COUNT_MAX = 64;
const OWNER_ONLY = 0o600;
const HELP = `Usage: ./scripts/cards --count N --state DIR --console URL [options]

Makes the boot files of N cards out of one: OUT/pw-01/printwarden.toml and so on, each with a token
that lets one device in, once; and OUT/labels-1.svg, A4 sheets with a QR code each. Write the same
image onto all cards, then copy each folder's file onto a card's first partition, beside config.txt.

  --count N        how many, ${COUNT_MAX} at most
  --state DIR      the site, as 'deno task cloud provision' made it
  --console URL    the console, as the devices will reach it
  --template FILE  what all cards share: Wi-Fi, printers (default: the example's)
  --prefix NAME    of the devices' names (default pw)
  --days N         how long the tokens hold, 30 at most (default 14)
  --out DIR        where to (default out/cards); it holds secrets until the cards are used
`;

interface Wish {
  count: number;
  state: string;
  url: string;
  template: string;
  prefix: string;
  days: number;
  out: string;
}

/** Writes files and labels. */
async function makeCards(wish: Wish): Promise<void> {
  const template = await Deno.readTextFile(wish.template).catch(() =>
    fail(`Cannot make cards: a readable --template was required, got '${wish.template}'`)
  );
  const checked = cardFileFor(template, `${wish.prefix}-01`, "");
  if (!checked.ok) fail(checked.issue);
  const config = await configOf({ state: wish.state });
  const labels: Label[] = [];
  const digits = Math.max(2, String(wish.count).length);
  for (let number = 1; number <= wish.count; number++) {
    const name = `${wish.prefix}-${String(number).padStart(digits, "0")}`;
    const made = await enrolCommand(
      config,
      { label: name, minutes: wish.days * 24 * 60, url: wish.url },
      new Date(),
    );
    if (!made.ok) fail(made.issue);
    const text = cardFileFor(template, name, made.value.token);
    if (!text.ok) fail(text.issue);
    const folder = join(wish.out, name);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(join(folder, "printwarden.toml"), text.value, { mode: OWNER_ONLY });
    labels.push({ name, url: new URL(`/printers#${name}`, wish.url).href });
  }
  const pages = Math.ceil(labels.length / LABELS_PER_PAGE);
  for (let page = 0; page < pages; page++) {
    const some = labels.slice(page * LABELS_PER_PAGE, (page + 1) * LABELS_PER_PAGE);
    await Deno.writeTextFile(join(wish.out, `labels-${page + 1}.svg`), labelPage(some));
  }
  console.log(`${wish.count} cards and ${pages} sheets of labels in ${wish.out}`);
}

async function main(): Promise<void> {
  const { values } = argsOf({
    args: Deno.args,
    options: {
      count: { type: "string" },
      state: { type: "string" },
      console: { type: "string" },
      template: { type: "string", default: EXAMPLE },
      prefix: { type: "string", default: "pw" },
      days: { type: "string", default: "14" },
      out: { type: "string", default: new URL("../out/cards", import.meta.url).pathname },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { state, console: url, prefix } = values;
  const [count, days] = [Number(values.count), Number(values.days)];
  if (values.help) console.log(HELP);
  else if (!(count >= 1 && count <= COUNT_MAX && Number.isInteger(count))) {
    fail(`Cannot make cards: --count from 1 to ${COUNT_MAX} was required, got ${values.count}`);
  } else if (!(days > 0 && days <= 30)) {
    fail(`Cannot make cards: --days up to 30 was required, got ${values.days}`);
  } else if (state === undefined || url === undefined) {
    fail(`Cannot make cards: --state DIR and --console URL were required\n\n${HELP}`);
  } else if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    fail(`Cannot make cards: --console as https://HOST[:PORT] was required, got '${url}'`);
  } else {
    const [template, out] = [fromCaller(values.template), fromCaller(values.out)];
    await makeCards({ count, state: fromCaller(state), url, template, prefix, days, out });
  }
}

if (import.meta.main) await runMain(main);
