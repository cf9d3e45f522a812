// Ids, hashes and pay links, with the runtime's own cryptography.

const encoder = new TextEncoder();

let linkKey: Promise<CryptoKey> | undefined;

export async function sha256(text: string): Promise<string> {
  return hexadecimal(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text))));
}

/** The token of the pay link of a purchase order: half an HMAC-SHA-256. */
export async function linkToken(secret: string, purchaseOrder: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  linkKey ??= crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const text = encoder.encode(`pay/${purchaseOrder}`);
  const signed = await crypto.subtle.sign("HMAC", await linkKey, text);
  return hexadecimal(new Uint8Array(signed, 0, 16));
}

export function newId(prefix: string): string {
  return `${prefix}_${hexadecimal(crypto.getRandomValues(new Uint8Array(16)))}`;
}

function hexadecimal(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}
