/** A file that a data set is made of, as it is when unpacked. */
export interface DatasetFile {
  name: string;
  /** SHA-256 of the unpacked bytes, hexadecimal. */
  sha256: string;
  /** Size when unpacked: what exceeds it is refused before it is unpacked. */
  bytes: number;
}
