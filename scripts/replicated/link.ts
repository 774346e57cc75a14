/** A link between two programs that can be cut and mended, as a cable can. */
export interface Link {
  /** Where the one end connects, on loopback. */
  port: number;
  /** From now on nothing comes through, and nobody is told so. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Opens a link to a port of loopback. */
export function openLink(toPort: number): Link {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let whole = true;

  async function join(near: Deno.Conn): Promise<void> {
    open.add(near);
    if (!whole) return;
    const far = await Deno.connect({ hostname: "127.0.0.1", port: toPort }).catch(() => null);
    if (!far) return end(near);
    open.add(far);
    await Promise.allSettled([carry(near, far), carry(far, near)]);
    // A cut cable closes no connection: both ends wait until they believe it themselves.
    if (whole) {
      end(near);
      end(far);
    }
  }

  async function carry(from: Deno.Conn, to: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    while (true) {
      const read = await from.read(buffer);
      if (!whole) return;
      if (read === null) return to.closeWrite();
      for (let at = 0; at < read;) at += await to.write(buffer.subarray(at, read));
    }
  }

  function end(connection: Deno.Conn): void {
    if (!open.delete(connection)) return;
    try {
      connection.close();
    } catch {
      // It is closed already.
    }
  }

  const accepting = (async () => {
    for await (const near of listener) void join(near);
  })().catch(() => {});

  return {
    port: (listener.addr as Deno.NetAddr).port,
    cut() {
      whole = false;
    },
    mend() {
      whole = true;
      // What was cut lost bytes: nothing may come through of it any more.
      for (const connection of [...open]) end(connection);
    },
    async close() {
      whole = false;
      listener.close();
      for (const connection of [...open]) end(connection);
      await accepting;
    },
  };
}
