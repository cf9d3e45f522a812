// Ids, hashes and pay links, with the runtime's own cryptography.

const encoder = new TextEncoder();

let encryptionKey: Promise<CryptoKey> | undefined;

export async function sha256(text: string): Promise<string> {
  return hexadecimal(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text))));
}

/**
 * Returns a random pay link: the hash of its token, and the token encrypted for its purchase order.
 */
export async function payLink(
  secret: string,
  purchaseOrder: string,
): Promise<{ hash: string; encrypted: string }> {
  const token = hexadecimal(crypto.getRandomValues(new Uint8Array(16)));
  encryptionKey ??= deriveKey(secret);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const algorithm = { name: "AES-GCM", iv, additionalData: encoder.encode(purchaseOrder) };
  const text = encoder.encode(token);
  const encrypted = await crypto.subtle.encrypt(algorithm, await encryptionKey, text);
  return {
    hash: await sha256(token),
    encrypted: hexadecimal(iv) + hexadecimal(new Uint8Array(encrypted)),
  };
}

async function deriveKey(secret: string): Promise<CryptoKey> {
  const root = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, [
    "deriveKey",
  ]);
  const info = encoder.encode("pay link");
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return crypto.subtle.deriveKey(algorithm, root, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
  ]);
}

export function newId(prefix: string): string {
  return `${prefix}_${hexadecimal(crypto.getRandomValues(new Uint8Array(16)))}`;
}

function hexadecimal(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}
