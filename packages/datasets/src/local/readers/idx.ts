import { readBytes, sha256 } from "@congruent/core/files";
import { gunzip, isGzip } from "../../formats/gzip.js";
import { IDX_FILES, idxSplits } from "../../idx-splits.js";
import type { FilesOf, LocalReader } from "./reader.js";

/** 1 GiB: twenty times the largest file of MNIST. */
const LIMIT = 2 ** 30;

/** MNIST's four files, packed with gzip or not. */
export const idx: LocalReader = async (description, pathOf) => {
  const named = description.files as FilesOf<"idx">;
  const contents = new Map<string, Uint8Array>();
  const hashes: Record<string, string> = {};
  for (const [role, usualName] of Object.entries(IDX_FILES) as [keyof typeof IDX_FILES, string][]) {
    const file = named[role];
    const bytes = await readBytes(pathOf(file));
    const unpacked = isGzip(bytes) ? await gunzip(bytes, { limit: LIMIT, name: file }) : bytes;
    contents.set(usualName, unpacked);
    hashes[file] = sha256(unpacked);
  }
  return { ...idxSplits(contents), sha256: hashes, notices: [] };
};
