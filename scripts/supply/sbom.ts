import * as CycloneDX from "@cyclonedx/cyclonedx-library";
import { Buffer } from "node:buffer";
import type { ShippedPackage } from "./shipped.ts";

const { Enums, Models, Serialize, Spec } = CycloneDX;

/** The bill of materials of what we ship, as CycloneDX 1.6 in JSON; the same packages, the same text. */
export function sbom(version: string, packages: readonly ShippedPackage[]): string {
  const bom = new Models.Bom();
  const root = new Models.Component(Enums.ComponentType.Application, "printwarden", { version });
  root.bomRef.value = `printwarden@${version}`;
  root.licenses.add(new Models.SpdxLicense("Apache-2.0"));
  bom.metadata.component = root;
  const components = new Map(packages.map((one) => [one.id, componentOf(one)]));
  for (const { id, needs, direct } of packages) {
    const component = components.get(id)!;
    bom.components.add(component);
    if (direct) root.dependencies.add(component.bomRef);
    for (const need of needs) {
      const needed = components.get(need);
      if (needed) component.dependencies.add(needed.bomRef);
    }
  }
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
}

function componentOf({ id, name, version, licence, integrity }: ShippedPackage) {
  const scoped = /^(@[^/]+)\/(.+)$/.exec(name);
  const component = new Models.Component(Enums.ComponentType.Library, scoped?.[2] ?? name, {
    group: scoped?.[1],
    version,
    bomRef: id,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
  });
  if (licence !== null) {
    const expression = / OR | AND /.test(licence);
    component.licenses.add(
      expression ? new Models.LicenseExpression(licence) : new Models.NamedLicense(licence),
    );
  }
  if (integrity?.startsWith("sha512-")) {
    const hash = Buffer.from(integrity.slice(7), "base64").toString("hex");
    component.hashes.set(Enums.HashAlgorithm["SHA-512"], hash);
  }
  return component;
}
