import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FdStore } from "../../../edge/serial/fd_store.ts";
import { cString, loadLibc } from "../../../edge/serial/libc.ts";
import { receiveNotice } from "../../../scripts/keeper/receive_fd.ts";

const test = suite("the store of descriptors");
const libc = loadLibc();
const AF_UNIX = 1, SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
/** More words than any kernel lets wait for a manager. */
const MANY = 2000;

/** A service manager's socket that nobody reads until a test does. */
async function withManager(test: (socket: number, store: FdStore) => void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-store-" });
  const path = `${folder}/notify.sock`;
  const socket = libc.call.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  const name = Uint8Array.of(AF_UNIX, 0, ...cString(path));
  try {
    assert.is(libc.call.bind(socket, name, name.length), 0);
    test(socket, new FdStore(libc, path));
  } finally {
    libc.call.close(socket);
    await Deno.remove(folder, { recursive: true });
  }
}

/** Names that were handed over, in order; their descriptors are closed. */
function heard(socket: number): string[] {
  const names: string[] = [];
  for (let notice = receiveNotice(socket); notice; notice = receiveNotice(socket)) {
    names.push(notice.words.get("FDNAME") ?? "");
    if (notice.fd >= 0) libc.call.close(notice.fd);
  }
  return names;
}

test("what a busy manager has no room for is said later, in order, and known as unsaid", async () => {
  await withManager((socket, store) => {
    let said = 0;
    while (store.hasSaidAll && said < MANY) store.keep(`n${said++}`, 0);
    assert.not(store.hasSaidAll, `${said} words are too many`);
    const first = heard(socket);
    assert.is(first.length, said - 1);
    store.flush();
    assert.ok(store.hasSaidAll);
    assert.equal([...first, ...heard(socket)], Array.from({ length: said }, (_, at) => `n${at}`));
  });
});

test("without a manager there is nothing left to say", () => {
  const store = new FdStore(libc, null);
  store.keep("printer", 0);
  assert.not(store.isThere);
  assert.ok(store.hasSaidAll);
});

test.run();
