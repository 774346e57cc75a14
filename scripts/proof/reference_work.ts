import { addedUnit } from "./added_unit.ts";
import type { CardDisk } from "./card_disk.ts";

const FILE = "reference.mjs";

/** Work of the agent's kind, of a fixed size: text taken apart, objects, and numbers in arrays. */
const WORK = [
  "import process from 'node:process';const began=process.cpuUsage();",
  "let sum=0;const row=new Float64Array(256);",
  "for(let turn=0;turn<120000;turn++){",
  "const line='G1 X'+turn%200+'.5 Y'+turn%180+' E'+turn/1000;",
  "for(const [,letter,value] of line.matchAll(/([A-Z])(-?[0-9.]+)/g))sum+=letter.length+Number(value);",
  "row[turn%256]=sum;if(turn%16==0)sum+=JSON.parse(JSON.stringify({a:row[turn%256],b:[turn]})).b[0];",
  "for(let at=0;at<256;at++)row[at]=row[at]*0.99+0.01*at}",
  "const used=process.cpuUsage(began);console.log('REFERENCE '+(used.user+used.system)/1e6+' '+(sum>0))",
].join("");
/** The services have begun by then, s. */
const AFTER_S = 120;
const TIMES = 3;

/** Lays the work onto a card that has no power, where nothing of the card's own reads it. */
export async function layReference(card: CardDisk): Promise<void> {
  await card.write(FILE, WORK);
}

/** Words of the kernel's command line that have the card do it, again and again, and tell how long it took. */
export function referenceWords(): string {
  return addedUnit(
    "reference",
    `[Service]
Environment=DENO_DIR=/run/reference
ExecStartPre=/bin/sleep ${AFTER_S}
ExecStart=/bin/sh -c "exec /usr/local/bin/deno run /boot/firmware/${FILE} > /dev/console"
TimeoutStartSec=infinity
Restart=always
StartLimitIntervalSec=0
`,
  );
}

/** Processor time that it took, as the card's console has said; a mean of all, s; null: not yet. */
export function referenceOf(said: string): number | null {
  const all = [...said.matchAll(/REFERENCE ([\d.]+) true/g)].map(([, took]) => Number(took));
  return all.length === 0 ? null : all.reduce((sum, each) => sum + each, 0) / all.length;
}

/** The same on this machine, a mean of several, s. */
export async function referenceHere(): Promise<number> {
  let said = "";
  for (let time = 0; time < TIMES; time++) {
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", WORK] }).output();
    said += new TextDecoder().decode(stdout);
  }
  return referenceOf(said)!;
}
