import { observabilityReport } from "./observability.ts";

if (import.meta.main) {
  const form = Deno.args.includes("--json") ? "json" : "md";
  await Deno.stdout.write(new TextEncoder().encode(observabilityReport(form)));
}
