import { resolve } from "node:path";
import { reasonOf } from "../../shared/reason.ts";
import { openOutlet } from "../broker/outlet.ts";
import type { Forward } from "./forward_config.ts";
import { FORMATS } from "./formats.ts";
import { httpSink } from "./http_sink_shell.ts";
import { type Sink, unreachable } from "./sink.ts";
import { syslogSink } from "./syslog_sink_shell.ts";

/**
 * Opens what a forward names; nothing is sent yet.
 *
 * @param folder that its files are seen from
 * @throws {Error} with a sentence for the operator if one of its files can't be read
 */
export async function openSink({ name, format, to }: Forward, folder: string): Promise<Sink> {
  const read = (file: string) => readFor(name, resolve(folder, file));
  switch (to.type) {
    case "syslog":
      return syslogSink(to, to.caFile === undefined ? [] : [await read(to.caFile)]);
    case "http": {
      const { authorizationFile: file } = to;
      const authorization = file === undefined ? null : (await read(file)).trim();
      return httpSink(to.url, FORMATS[format].mediaType, authorization);
    }
    case "nats": {
      const seed = to.nkeySeedFile === undefined ? null : await read(to.nkeySeedFile);
      return natsSink(to.url, to.subject, seed);
    }
  }
}

function natsSink(url: string, subject: string, seed: string | null): Sink {
  const outlet = openOutlet(url, seed);
  const action = `Cannot publish on '${subject}' at ${url}, where a stream has to keep it`;
  return {
    async send(text, id) {
      try {
        await outlet.publish(subject, new TextEncoder().encode(text), id);
        return { type: "taken" };
      } catch (error) {
        return unreachable(action, error);
      }
    },
    close: () => outlet.close(),
  };
}

async function readFor(name: string, file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    const reason = reasonOf(error);
    throw new Error(`Cannot forward to '${name}': a readable file was required: ${reason}`, {
      cause: error,
    });
  }
}
