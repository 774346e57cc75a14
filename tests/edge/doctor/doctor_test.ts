import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diagnose, diagnosisText } from "../../../edge/doctor/doctor.ts";
import { manifestOfFile } from "../../../edge/reference/manifest_file.ts";
import { addJob } from "../../../edge/agent/job_folder.ts";
import { openHost, PrinterEnd, TapProcess, until } from "../tap/rig.ts";
import { isTapsCommand } from "../../../edge/doctor/port.ts";
import { checkNamed, examine, withPatient } from "./patient.ts";

const test = suite("doctor");
const PART = new URL("../../../scripts/parts/bracket-cura.gcode", import.meta.url).pathname;

test("every check says what it found, and what to do where there is something", async () => {
  await withPatient({}, async (patient) => {
    const { checks, ok } = await examine(patient);
    assert.not.ok(ok);
    assert.is(new Set(checks.map(({ name }) => name)).size, checks.length);
    for (const { name, state, found, todo } of checks) {
      assert.ok(found.length > 0, name);
      assert.not.match(found, /\.$|\n/);
      assert.is(todo !== null, state === "do" || state === "hint", name);
    }
  });
});

test("a missing or broken configuration is the one thing to do", async () => {
  for (const file of ["/nowhere/edge.toml", PART]) {
    const { ok, checks } = await diagnose(file);
    assert.is(ok, false);
    assert.equal(checks.map(({ name, state }) => `${name}: ${state}`), ["configuration: do"]);
  }
});

test("a device with key, trust, known issues, room and folders is well", async () => {
  await withPatient({}, async (patient) => {
    const diagnosis = await examine(patient);
    for (
      const name of [
        ...["state folder", "run folder", "disk", "memory"],
        ...["device key", "trust file", "known issues"],
      ]
    ) assert.is(checkNamed(diagnosis, name).state, "ok", name);
  });
});

test("both run times of the network come to the same verdicts", async () => {
  await withPatient({}, async (patient) => {
    const diagnosis = await examine(patient);
    assert.match(checkNamed(diagnosis, "networks").found, /KiB together/);
    const { state, found } = checkNamed(diagnosis, "run times of the network");
    assert.is(state, "ok", found);
    assert.match(found, /same verdict in \d+ of \d+ stored windows/);
  });
});

test("nothing is left behind in the folders that were tried", async () => {
  await withPatient({}, async (patient) => {
    await examine(patient);
    assert.equal([...Deno.readDirSync(`${patient.folder}/state`)], []);
  });
});

test("a key that others may read, or that is none, is told", async () => {
  await withPatient({}, async (patient) => {
    await Deno.chmod(`${patient.folder}/device.nk`, 0o644);
    const open = checkNamed(await examine(patient), "device key");
    assert.is(open.state, "do");
    assert.match(open.todo!, /chmod 600/);
    await Deno.writeTextFile(`${patient.folder}/device.nk`, "nothing");
    const diagnosis = await examine(patient);
    assert.match(checkNamed(diagnosis, "device key").found, /an nkey seed \(SU…\) was required/);
    assert.is(checkNamed(diagnosis, "NATS").state, "not-checked");
  });
});

test("a trust file that is broken, empty or open to others is told", async () => {
  const key = { kty: "OKP", crv: "Ed25519", x: "A".repeat(43), kid: "k" };
  const cases: [text: string, mode: number, says: RegExp][] = [
    ["{", 0o600, /JSON was required/],
    ['{"keys":[]}', 0o600, /no key is pinned/],
    [JSON.stringify({ keys: [key] }), 0o666, /others may change/],
  ];
  for (const [text, mode, says] of cases) {
    await withPatient({}, async (patient) => {
      await Deno.writeTextFile(`${patient.folder}/trust.json`, text);
      await Deno.chmod(`${patient.folder}/trust.json`, mode);
      const { state, found } = checkNamed(await examine(patient), "trust file");
      assert.is(state, "do");
      assert.match(found, says);
    });
  }
});

test("a state folder that is a file can't be written to", async () => {
  await withPatient({}, async (patient) => {
    await Deno.remove(`${patient.folder}/state`);
    await Deno.writeTextFile(`${patient.folder}/state`, "");
    const { state, found } = checkNamed(await examine(patient), "state folder");
    assert.is(state, "do");
    assert.match(found, /can't be written to/);
  });
});

test("an outbox larger than the disk is told", async () => {
  const more = "[outbox]\nbytesMax = 17179869184\n";
  await withPatient({ more }, async (patient) => {
    const { found } = checkNamed(await examine(patient), "disk");
    assert.match(found, /are free, up to 16 GB may be needed/);
  });
});

test("a broken calibration is told, none at all is a hint", async () => {
  await withPatient({}, async (patient) => {
    assert.is(checkNamed(await examine(patient), "calibration of p").state, "hint");
    await Deno.mkdir(`${patient.folder}/state/profiles`);
    await Deno.writeTextFile(`${patient.folder}/state/profiles/p.json`, "{}");
    const { state, found } = checkNamed(await examine(patient), "calibration of p");
    assert.is(state, "do");
    assert.match(found, /Cannot read the profile/);
  });
});

test("a tap is known by its command, as the units start it too", async () => {
  const folder = new URL("../../../scripts/systemd/", import.meta.url);
  for (
    const unit of ["printwarden-tap@.service", "release/printwarden-tap@.service.d/release.conf"]
  ) {
    const text = await Deno.readTextFile(new URL(unit, folder));
    const [, words] = /^ExecStart=.*?(\S+\/edge\/tap\/main\.\S+ --port.*)$/m.exec(text) ?? [];
    // The shell that starts it takes the quotes away.
    assert.ok(isTapsCommand(`/usr/local/bin/deno run ${words!.replaceAll('"', "")}`), unit);
  }
  assert.not(isTapsCommand("/usr/bin/python3 octoprint serve"));
  assert.not(isTapsCommand("/usr/local/bin/deno run edge/main.js run"));
});

test("a registered job is named, a broken one told", async () => {
  await withPatient({}, async (patient) => {
    const before = checkNamed(await examine(patient), "job of p");
    assert.is(before.state, "hint");
    assert.match(before.todo!, /deno task edge job add FILE.gcode --printer p --config \//);
    const manifest = await manifestOfFile(PART);
    if (!manifest.ok) throw new Error(manifest.issue);
    const file = await addJob(`${patient.folder}/state`, {
      version: 1,
      printer: "p",
      label: "bracket.gcode",
      addedWallTime: "2026-01-02T03:04:05.000Z",
      manifest: manifest.value,
    });
    assert.match(
      checkNamed(await examine(patient), "job of p").found,
      /^bracket\.gcode, 2026-01-02/,
    );
    await Deno.writeTextFile(file, "{");
    assert.is(checkNamed(await examine(patient), "job of p").state, "do");
  });
});

const PORTS: [says: string, port: string, found: RegExp][] = [
  ["a port that isn't there", "/dev/nothing-here", /there is no \/dev\/nothing-here/],
  ["a device of another kind", "/dev/null", /another kind of device/],
  ["a file", PART, /is no device, no serial port/],
];

for (const [says, port, words] of PORTS) {
  test(`${says} is told`, async () => {
    await withPatient({ port }, async (patient) => {
      const { state, found } = checkNamed(await examine(patient), "port of p");
      assert.is(state, "do");
      assert.match(found, words);
    });
  });
}

async function withPrinter(use: (printer: PrinterEnd) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "doctor-printer-" });
  const printer = PrinterEnd.at(`${folder}/ttyPrinter`);
  try {
    await use(printer);
  } finally {
    printer.close();
    await Deno.remove(folder, { recursive: true });
  }
}

test("a free port is fine, one that another program holds is told with its name", async () => {
  await withPrinter(async ({ path }) => {
    await withPatient({ port: path }, async (patient) => {
      assert.is(checkNamed(await examine(patient), "port of p").state, "ok");
      const child = new Deno.Command("sh", {
        args: ["-c", `exec sleep 60 <${path}`],
        stdout: "null",
        stderr: "null",
      }).spawn();
      try {
        const command = () => Deno.readTextFileSync(`/proc/${child.pid}/cmdline`);
        await until("the other program", () => command().startsWith("sleep"));
        const { state, found, todo } = checkNamed(await examine(patient), "port of p");
        assert.is(state, "do");
        assert.match(found, `is held by process ${child.pid} (sleep 60`);
        assert.match(todo!, "point it to the tap's own port");
      } finally {
        child.kill();
        await child.status;
      }
    });
  });
});

test("without a tap its command line is given, with orders where the policy needs them", async () => {
  await withPatient({ printer: 'response = "pause"\nbaud = 250000' }, async (patient) => {
    const { state, found, todo } = checkNamed(await examine(patient), "tap of p");
    assert.is(state, "do");
    assert.match(found, /there is no .*p\.sock/);
    assert.match(
      todo!,
      `deno task tap --port /dev/nothing-here --printer p --baud 250000 --state ${patient.folder}` +
        "/state --orders",
    );
  });
});

test("a socket that nobody serves is told", async () => {
  await withPatient({}, async (patient) => {
    await Deno.mkdir(`${patient.folder}/state/run`);
    Deno.listen({ transport: "unix", path: `${patient.folder}/state/run/p.sock` }).close();
    await Deno.writeTextFile(`${patient.folder}/state/run/p.sock`, "").catch(() => {});
    const { state, found } = checkNamed(await examine(patient), "tap of p");
    assert.is(state, "do");
    assert.match(found, /nobody answers|there is no/);
  });
});

test("a silent and a babbling socket are told apart from a tap", async () => {
  const babble = new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n");
  for (
    const [bytes, says] of [[null, /says nothing within/], [babble, /another language/]] as const
  ) {
    await withPatient({}, async (patient) => {
      await Deno.mkdir(`${patient.folder}/state/run`);
      const path = `${patient.folder}/state/run/p.sock`;
      const listener = Deno.listen({ transport: "unix", path });
      const serving = listener.accept().then(async (connection) => {
        if (bytes) await connection.write(bytes);
        return connection;
      });
      const { state, found } = checkNamed(await examine(patient), "tap of p");
      assert.is(state, "do");
      assert.match(found, says);
      (await serving).close();
      listener.close();
    });
  }
});

test("a real tap is asked how it stands: no host, then host and printer", async () => {
  await withPrinter(async ({ path }) => {
    await withPatient({ port: path }, async (patient) => {
      const tap = new TapProcess(`${patient.folder}/state`, path);
      try {
        await tap.says("p.tty");
        const alone = await examine(patient);
        assert.match(checkNamed(alone, "tap of p").found, "no host has opened its port");
        assert.match(checkNamed(alone, "port of p").found, "the tap has");
        const host = openHost(tap.link);
        await tap.says("host-open");
        const both = checkNamed(await examine(patient), "tap of p");
        assert.is(both.state, "ok");
        assert.match(both.found, "host and printer are connected at 115200 baud");
        host.close();
      } finally {
        await tap.stop();
      }
    });
  });
});

test("a tap that takes no orders is too little for a policy that gives some", async () => {
  await withPrinter(async ({ path }) => {
    await withPatient({ port: path, printer: 'response = "stop"' }, async (patient) => {
      const tap = new TapProcess(`${patient.folder}/state`, path);
      try {
        await tap.says("p.tty");
        const { state, found } = checkNamed(await examine(patient), "tap of p");
        assert.is(state, "do");
        assert.match(found, 'response is "stop", but the tap takes no orders');
      } finally {
        await tap.stop();
      }
    });
  });
});

test("a running agent isn't pushed off its tap", async () => {
  await withPatient({}, async (patient) => {
    await Deno.mkdir(`${patient.folder}/state/run`);
    await Deno.writeTextFile(`${patient.folder}/state/run/p.snapshot.json`, "{}");
    const listener = Deno.listen({
      transport: "unix",
      path: `${patient.folder}/state/run/p.sock`,
    });
    let visits = 0;
    void listener.accept().then((connection) => {
      visits++;
      connection.close();
    }, () => {});
    const diagnosis = await examine(patient);
    assert.match(checkNamed(diagnosis, "agent of p").found, "it runs");
    assert.match(checkNamed(diagnosis, "tap of p").found, "it isn't asked");
    assert.is(visits, 0);
    listener.close();
  });
});

test("the words for a person hold every check and end with a sum", async () => {
  await withPatient({}, async (patient) => {
    const diagnosis = await examine(patient);
    const text = diagnosisText(diagnosis);
    for (const { name, found, todo } of diagnosis.checks) {
      assert.ok(text.includes(name) && text.includes(found));
      if (todo) assert.ok(text.includes(`→ ${todo}`));
    }
    assert.match(text, /\n\d+ things? to do, \d+ hints?$/);
  });
});

test.run();
