export interface ModelFile {
  bytes: Uint8Array;
  /** For errors. */
  name: string;
}
