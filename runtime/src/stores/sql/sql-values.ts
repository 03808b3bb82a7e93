/** Bytes as a driver gives them, without a Buffer's methods, as the other stores give them. */
export function plainBytes(value: unknown): Uint8Array {
  const { buffer, byteOffset, byteLength } = value as Uint8Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A column of text, which MySQL keeps as bytes, so that they are compared as such. */
export function plainText(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}
