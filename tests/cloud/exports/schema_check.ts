import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** A check against one of the schemas in tests/fixtures/schemas; gives what is wrong, in words. */
export function schemaCheck(name: string): (value: unknown) => string[] {
  const url = new URL(`../../fixtures/schemas/${name}`, import.meta.url);
  const ajv = new Ajv2020({ allErrors: true, strictTypes: false, strictRequired: false });
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(Deno.readTextFileSync(url)));
  return (value) =>
    validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message, params }) =>
        `${instancePath}: ${message} ${JSON.stringify(params)}`
      );
}
