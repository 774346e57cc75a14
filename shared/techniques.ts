import { z } from "zod";

/** The edition of MITRE ATT&CK for ICS that the ids below were read from. */
export const ATTACK_ICS_VERSION = "16.1";

/** The techniques of ATT&CK for ICS that a deviation on a printer can be evidence of. */
export const TECHNIQUES = {
  T0806: "Brute Force I/O",
  T0814: "Denial of Service",
  T0816: "Device Restart/Shutdown",
  T0821: "Modify Controller Tasking",
  T0830: "Adversary-in-the-Middle",
  T0831: "Manipulation of Control",
  T0832: "Manipulation of View",
  T0836: "Modify Parameter",
  T0838: "Modify Alarm Settings",
  T0839: "Module Firmware",
  T0843: "Program Download",
  T0845: "Program Upload",
  T0855: "Unauthorized Command Message",
  T0856: "Spoof Reporting Message",
  T0857: "System Firmware",
  T0858: "Change Operating Mode",
  T0879: "Damage to Property",
  T0880: "Loss of Safety",
  T0889: "Modify Program",
  T0800: "Activate Firmware Update Mode",
  T0804: "Block Reporting Message",
  T0805: "Block Serial COM",
  T0861: "Point & Tag Identification",
} as const;

export const TechniqueId = z.enum(
  Object.keys(TECHNIQUES) as [keyof typeof TECHNIQUES, ...(keyof typeof TECHNIQUES)[]],
);
export type TechniqueId = z.infer<typeof TechniqueId>;
