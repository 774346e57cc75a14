/** An image, as its manifest tells it. */
export interface BuiltImage {
  version: string;
  /** Where the compressed image is fetched from. */
  url: string;
  /** Where its picture is fetched from. */
  icon: string;
  imageBytes: number;
  imageDigest: string;
  compressedBytes: number;
  compressedDigest: string;
  /** Day of its making, s since 1970. */
  epochS: number;
}

/** The list that Raspberry Pi Imager reads by `--repo`: the image with its size and digest. */
export function imagerManifest(image: BuiltImage): string {
  const entry = {
    name: `Printwarden ${image.version}`,
    description: "Guards 3D printers: fill in printwarden.toml on the card (Pi 3, 4, Zero 2 W)",
    icon: image.icon,
    url: image.url,
    extract_size: image.imageBytes,
    extract_sha256: image.imageDigest,
    image_download_size: image.compressedBytes,
    image_download_sha256: image.compressedDigest,
    release_date: new Date(image.epochS * 1000).toISOString().slice(0, 10),
    devices: ["pi3-64bit", "pi4-64bit"],
  };
  return `${JSON.stringify({ os_list: [entry] }, null, 2)}\n`;
}
