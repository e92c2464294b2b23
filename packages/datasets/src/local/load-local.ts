import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import type { DatasetDescription } from "@congruent/core/schemas";
import { checkDataset, type Dataset, type Split } from "../protocol.js";
import type { LocalDataset } from "./found.js";
import { localReaders } from "./readers/index.js";

/**
 * Reads a data set of this machine. Sizes and classes that its description leaves out are found in the files.
 *
 * @throws CongruentError `E_SHA256` for a file with another hash than its description says, what the formats' readers throw, and what
 * `checkDataset` throws
 */
export async function loadLocalDataset(
  { description, folder }: LocalDataset,
  notice: (message: string) => void = () => {},
): Promise<Dataset> {
  const { name, title = name, foreground, license, files } = description;
  const read = localReaders[files.format];
  const { train, test, sha256, notices } = await read(description, (path) => join(folder, path));
  refuseOtherFiles(description, sha256);
  for (const message of notices) notice(message);
  const [, height = 0, width = 0, channels = 0] = train.images.dims;
  const labels = description.labels ?? counted([train, test]);
  const facts = { name, title, labels, foreground, license };
  return checkDataset({
    ...facts,
    height: description.height ?? height,
    width: description.width ?? width,
    channels: description.channels ?? channels,
    sha256,
    train,
    test,
  });
}

/** The classes 0 to the largest label. */
function counted(splits: readonly Split[]): string[] {
  let most = 0;
  for (const { labels } of splits) for (const label of labels) most = Math.max(most, label);
  return Array.from({ length: most + 1 }, (_, i) => String(i));
}

function refuseOtherFiles({ name, sha256 = {} }: DatasetDescription, found: Record<string, string>): void {
  for (const [file, hash] of Object.entries(sha256)) {
    if (found[file] === hash) continue;
    throw new CongruentError({
      code: "E_SHA256",
      what:
        found[file] === undefined
          ? `the data set ${name} gives a SHA-256 of ${file}, which is none of its files`
          : `${file} of the data set ${name} has another content than it should (SHA-256 ${found[file]})`,
      expected: found[file] === undefined ? `one of ${Object.keys(found).join(", ")}` : hash,
      fix: "get the file again, or correct sha256 in dataset.json",
    });
  }
}
