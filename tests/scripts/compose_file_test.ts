/** What the compose file promises: containers that come back, and may do little. */
import { suite } from "uvu";
import * as assert from "uvu/assert";

const compose = suite("the compose file");
const text = await Deno.readTextFile(
  new URL("../../scripts/container/compose.yaml", import.meta.url),
);
const settings = text.split("\n").filter((line) => !line.trimStart().startsWith("#")).join("\n");

compose("no container lives in another's namespaces: none would come back with it", () => {
  assert.not.match(settings, /["\s](service|container):\w/);
  assert.is(settings.match(/restart: unless-stopped/g)?.length, 2, "broker and aggregator");
});

compose("each has a file system that can't be written, no capability, and no way to more", () => {
  const services = settings.slice(settings.indexOf("services:"), settings.indexOf("\nvolumes:"));
  const names = services.match(/^ {2}\w+:$/gm) ?? [];
  assert.is(names.length, 3);
  assert.is(services.match(/<<: \*printwarden/g)?.length, names.length);
  const common = settings.slice(0, settings.indexOf("services:"));
  for (const line of ["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"]) {
    assert.ok(common.includes(line), line);
  }
  assert.not.match(settings, /privileged: true|cap_add|user: root/);
});

compose.run();
