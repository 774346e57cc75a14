// Inside the emulated machine: says on its console what the senses say, and orders what it is told to.
const SOCKET = "/run/pw/senses.sock", TEMPERATURE = "/run/temp1_input";
const say = (what) => console.log(`GUEST ${JSON.stringify(what)}`);
const connected = async () => {
  for (;;) {
    try {
      return await Deno.connect({ transport: "unix", path: SOCKET });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
};

let duty = 0, c = 180, isOff = false;
// A block that loses 1 K/s and is heated by 3.4 K/s while its gate is on.
setInterval(() => {
  c += 0.1 * (duty > 0.8 ? 2.4 : -1);
  Deno.writeTextFileSync(`${TEMPERATURE}.new`, String(Math.round(c * 1000)));
  Deno.renameSync(`${TEMPERATURE}.new`, TEMPERATURE);
}, 100);

const socket = await connected();
const send = (message) => {
  const line = `${JSON.stringify({ v: 1, printer: "p1", ...message })}\n`;
  return socket.write(new TextEncoder().encode(line));
};
setInterval(() => {
  if (!isOff) return;
  const reportS = Number(Deno.readTextFileSync("/proc/uptime").split(" ")[0]);
  const off = { targetC: 0, reportedC: c, duty: 0, tunes: false, stopped: false };
  send({ type: "asked", asked: { ...off, changedS: reportS - 9, reportS } });
}, 500);

async function obey() {
  let rest = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const words = (rest + text).split(/[\r\n]+/);
    rest = words.pop() ?? "";
    const id = crypto.randomUUID();
    for (const word of words) {
      if (word === "off") isOff = true;
      if (word === "stop") {
        send({ type: "stop", id, decisionId: crypto.randomUUID(), reason: "a decision" });
      }
      if (word === "release") send({ type: "release", id, by: "a person" });
    }
  }
}
obey();

const decoder = new TextDecoder();
const buffer = new Uint8Array(65_536);
for (let rest = "";;) {
  const length = await socket.read(buffer);
  if (length === null) break;
  const lines = (rest + decoder.decode(buffer.subarray(0, length))).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const message = JSON.parse(line);
    if (message.type !== "readings") {
      say(message);
      continue;
    }
    const told = Object.fromEntries(message.readings.map(({ sense, value }) => [sense, value]));
    duty = told.hotendDuty ?? 0;
    say(told);
  }
}
