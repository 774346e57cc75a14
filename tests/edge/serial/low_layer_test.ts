import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bootClock } from "../../../edge/serial/clock.ts";
import { files } from "../../../edge/serial/files.ts";
import { holdersOf } from "../../../edge/serial/holders.ts";
import { cString, loadLibc } from "../../../edge/serial/libc.ts";
import { closeDevice, openDevice } from "../../../edge/serial/open_device.ts";
import { POLLHUP, POLLIN, PollSet, QuietSet } from "../../../edge/serial/poll_set.ts";
import { openPty, refuseFurtherOpeners, touchSlave } from "../../../edge/serial/pty.ts";
import { acceptUnix, connectUnix, listenUnix, peerOf } from "../../../edge/serial/unix_socket.ts";

const test = suite("low layer");
const libc = loadLibc();
const disk = files(libc);

test("the clock never goes back and agrees with the uptime", () => {
  const clock = bootClock(libc);
  let before = clock.read();
  for (let i = 0; i < 1000; i++) {
    const now = clock.read();
    assert.ok(now >= before);
    before = now;
  }
  const uptimeS = Number(disk.readText("/proc/uptime")?.split(" ")[0]);
  assert.ok(Math.abs(clock.read() / 1000 - uptimeS) < 1, "they differ only while suspended");
  assert.ok(clock.nanoseconds >= 0 && clock.nanoseconds < 1e9);
});

test("a path with a zero byte can't be passed", () => {
  assert.throws(() => cString("/tmp/a\0b"), /no zero byte was required/);
});

test("a failed call tells libc's reason", () => {
  const fd = libc.call.open(cString("/nowhere/at/all"), 0, 0);
  assert.is(fd, -1);
  assert.is(libc.errno(), 2);
  assert.is(libc.errorText(2), "No such file or directory");
});

test("folders, links and small files are read and made", async () => {
  const folder = await Deno.makeTempDir();
  disk.makeFolder(`${folder}/a/b/c`);
  disk.makeFolder(`${folder}/a/b/c`);
  await Deno.writeTextFile(`${folder}/a/one`, "hello");
  assert.equal(disk.list(`${folder}/a`)?.sort(), ["b", "one"]);
  assert.is(disk.readText(`${folder}/a/one`), "hello");
  assert.is(disk.readText(`${folder}/a/two`), null);
  assert.is(disk.list(`${folder}/none`), null);
  disk.pointLink(`${folder}/link`, "a/one");
  disk.pointLink(`${folder}/link`, "a/b");
  assert.is(disk.readLink(`${folder}/link`), "a/b");
  assert.is(disk.resolve(`${folder}/link`), `${await Deno.realPath(folder)}/a/b`);
  assert.is(disk.resolve(`${folder}/nothing`), null);
  assert.ok(disk.exists(`${folder}/link`));
  assert.is(disk.groupOf(`${folder}/a`), (await Deno.stat(`${folder}/a`)).gid);
  disk.remove(`${folder}/link`);
  assert.not(disk.exists(`${folder}/link`));
  assert.throws(() => disk.makeFolder(`${folder}/a/one/x`), /Cannot make the folder/);
  assert.throws(() => disk.pointLink(`${folder}/none/link`, "x"), /Cannot make the link/);
  await Deno.remove(folder, { recursive: true });
});

test("a folder of thousands is listed whole", async () => {
  const folder = await Deno.makeTempDir();
  for (let i = 0; i < 3000; i++) await Deno.writeTextFile(`${folder}/a-file-with-number-${i}`, "");
  assert.is(new Set(disk.list(folder)).size, 3000);
  await Deno.remove(folder, { recursive: true });
});

test("a Unix socket carries bytes and tells who is there", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/s`;
  const listener = listenUnix(libc, path);
  assert.is(acceptUnix(libc, listener), -1, "nobody came yet");
  const near = connectUnix(libc, path);
  const far = acceptUnix(libc, listener);
  assert.equal(peerOf(libc, far), { pid: Deno.pid, uid: libc.call.getuid() });
  libc.call.write(near, new Uint8Array([1, 2, 3]), 3);
  const into = new Uint8Array(8);
  assert.is(libc.call.read(far, into, 8), 3);
  assert.throws(() => listenUnix(libc, path), /another program already answers there/);
  for (const fd of [near, far, listener]) libc.call.close(fd);
  assert.throws(() => connectUnix(libc, path), /Connection refused/);
  libc.call.close(listenUnix(libc, path));
  const long = `${folder}/${"x".repeat(120)}`;
  assert.throws(() => listenUnix(libc, long), /a path of at most 107 bytes was required/);
  await Deno.remove(folder, { recursive: true });
});

test("poll sees bytes and a hang-up, and a quiet set stands for all that is in it", () => {
  const pty = openPty(libc, 115_200);
  touchSlave(libc, pty);
  const poll = new PollSet(libc, 2);
  poll.set(0, pty.masterFd, POLLIN);
  assert.is(poll.wait(0), 1);
  assert.ok(poll.seen(0) & POLLHUP, "nobody is there");
  const slave = libc.call.open(cString(pty.slavePath), 2 | 0o400 | 0o4000, 0);
  const quiet = new QuietSet(libc);
  quiet.add(pty.masterFd);
  quiet.add(-1);
  poll.set(1, quiet.fd, POLLIN);
  assert.is(poll.wait(0), 0);
  libc.call.write(slave, new Uint8Array([65]), 1);
  assert.ok(poll.wait(1000) >= 1);
  poll.wait(100);
  assert.ok(poll.seen(0) & POLLIN);
  assert.ok(poll.seen(1) & POLLIN);
  for (const fd of [slave, pty.masterFd, quiet.fd]) libc.call.close(fd);
});

test("a port is opened once, by one", async () => {
  const pty = openPty(libc, 115_200);
  const opened = openDevice(libc, disk, pty.slavePath, { baud: 250_000 });
  assert.ok(opened.ok);
  const again = openDevice(libc, disk, pty.slavePath, { baud: 250_000 });
  assert.not(again.ok);
  assert.is(again.failure, "busy");
  closeDevice(libc, opened.value);
  const later = openDevice(libc, disk, pty.slavePath, { baud: 250_000 });
  assert.ok(later.ok);
  closeDevice(libc, later.value);
  libc.call.close(pty.masterFd);
  const file = await Deno.makeTempFile();
  assert.is(openDevice(libc, disk, file, { baud: 9600 }).failure, "not-a-tty");
  assert.is(openDevice(libc, disk, "/dev/none", { baud: 9600 }).failure, "missing");
  assert.is(openDevice(libc, disk, "/dev/none/below", { baud: 9600 }).failure, "missing");
  assert.throws(() => openDevice(libc, disk, pty.slavePath, { baud: 0 }), RangeError);
  await Deno.remove(file);
});

test("whoever has a pty's master is its device and no second user", async () => {
  const pty = openPty(libc, 115_200);
  const slave = libc.call.open(cString(pty.slavePath), 2 | 0o400, 0);
  assert.equal(holdersOf(disk, pty.slavePath, -1), [], "this process has both ends");
  const args = ["-c", `exec 3<>${pty.slavePath}; echo; exec sleep 60`];
  const other = new Deno.Command("sh", { args, stdout: "piped" }).spawn();
  const reader = other.stdout.getReader();
  await reader.read();
  await reader.cancel();
  for (let i = 0; i < 6000 && holdersOf(disk, pty.slavePath, -1)[0]?.command !== "sleep 60"; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(holdersOf(disk, pty.slavePath, -1), [{ pid: other.pid, command: "sleep 60" }]);
  other.kill();
  await other.status;
  libc.call.close(slave);
  libc.call.close(pty.masterFd);
});

test("a marked slave keeps its present user", () => {
  const pty = openPty(libc, 115_200);
  const slave = libc.call.open(cString(pty.slavePath), 2 | 0o400 | 0o4000, 0);
  assert.ok(refuseFurtherOpeners(libc, pty));
  libc.call.write(slave, new Uint8Array([65]), 1);
  const poll = new PollSet(libc, 1);
  poll.set(0, pty.masterFd, POLLIN);
  poll.wait(1000);
  assert.is(libc.call.read(pty.masterFd, new Uint8Array(4), 4), 1);
  libc.call.close(slave);
  libc.call.close(pty.masterFd);
});

test.run();
