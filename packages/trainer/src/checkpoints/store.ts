import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { CongruentError } from "@congruent/core";
import { readBytes, writeError, writeFileAtomic } from "@congruent/core/files";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.js";

/** How many checkpoints are kept: the newest, and the one before in case that the newest is damaged. */
const GENERATIONS = 2;
const ENDING = ".safetensors";
/** The code of a file that could not be read at all. */
const UNREAD = "E_CHECKPOINT_READ";
/** Errors after which the checkpoint before is tried. */
const UNUSABLE = new Set([UNREAD, "E_CHECKPOINT_CORRUPT", "E_SCHEMA"]);

/**
 * Writes a checkpoint (the file appears whole or not at all), then removes all but the newest two.
 *
 * @param write for tests of what a disk does
 * @throws CongruentError `E_WEIGHTS_NOT_FINITE` for weights that are NaN or infinite; `E_DISK_FULL` or
 * `E_WRITE`, naming the checkpoint that is still there.
 */
export async function saveCheckpoint(
  directory: string,
  checkpoint: Checkpoint,
  write: typeof writeFileAtomic = writeFileAtomic,
): Promise<void> {
  refuseNotFinite(checkpoint);
  const name = `step-${String(checkpoint.engine.step).padStart(10, "0")}${ENDING}`;
  try {
    await write(join(directory, name), encodeCheckpoint(checkpoint));
    for (const old of (await generations(directory)).slice(GENERATIONS)) await rm(join(directory, old));
  } catch (error) {
    throw notSaved(directory, writeError(join(directory, name), error), await generations(directory));
  }
}

/** A checkpoint, and why newer ones were not used. */
export interface FoundCheckpoint {
  checkpoint: Checkpoint;
  path: string;
  /** Newer files that cannot be used, and why. Files with wrong content are renamed to end in `.corrupt`. */
  damaged: { path: string; why: string }[];
}

/**
 * The newest checkpoint that is whole; null where there are no checkpoints.
 *
 * @param read for tests of what a disk does
 * @throws CongruentError `E_CHECKPOINT_CORRUPT` when there are some and all are damaged.
 */
export async function newestCheckpoint(
  directory: string,
  read: typeof readBytes = readBytes,
): Promise<FoundCheckpoint | null> {
  const damaged: (FoundCheckpoint["damaged"][number] & { unread: boolean })[] = [];
  for (const name of await generations(directory)) {
    const path = join(directory, name);
    try {
      const checkpoint = decodeCheckpoint(await read(path, UNREAD), path);
      // Renamed, or they would be taken for newer than the checkpoints that follow. A file that could not be read may be good.
      for (const bad of damaged) if (!bad.unread) await rename(bad.path, `${bad.path}.corrupt`);
      return { checkpoint, path, damaged };
    } catch (error) {
      if (!(error instanceof CongruentError && UNUSABLE.has(error.code))) throw error;
      damaged.push({ path, why: error.what, unread: error.code === UNREAD });
    }
  }
  if (damaged.length === 0) return null;
  const again = "make the files readable (their permissions, the disk) and resume again; else ";
  throw new CongruentError({
    code: "E_CHECKPOINT_CORRUPT",
    what: `no checkpoint can be used: ${damaged.map(({ why }) => why).join("; ")}`,
    expected: "at least one checkpoint as it was written",
    fix: `${damaged.some(({ unread }) => unread) ? again : ""}train again with --overwrite; restore the folder from a backup if you have one`,
  });
}

/** Removes files that a killed process left half written. */
export async function removeTemporary(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  for (const name of await readdir(directory)) {
    if (name.startsWith(".") && name.endsWith(".tmp")) await rm(join(directory, name), { force: true });
  }
}

/** File names, the newest first. */
async function generations(directory: string): Promise<string[]> {
  if (!existsSync(directory)) return [];
  const all = await readdir(directory);
  return all
    .filter((name) => name.startsWith("step-") && name.endsWith(ENDING))
    .sort()
    .reverse();
}

function refuseNotFinite({ engine, position }: Checkpoint): void {
  for (const { name, data } of engine.tensors) {
    if (allFinite(data)) continue;
    throw new CongruentError({
      code: "E_WEIGHTS_NOT_FINITE",
      what: `${name} contains NaN or infinity after epoch ${position.epoch}, step ${position.step}`,
      expected: "finite weights",
      fix: "use a smaller learning rate or clip the gradients; the last good checkpoint is kept",
    });
  }
}

/** `data.every(Number.isFinite)` takes several times as long as the checksum of the same weights. */
function allFinite(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

function notSaved(directory: string, error: CongruentError, kept: readonly string[]): CongruentError {
  const rest = kept[0]
    ? `the checkpoint ${basename(kept[0], ENDING)} is kept`
    : "there is no earlier checkpoint";
  return new CongruentError({
    code: error.code,
    what: `${error.what}; ${rest} in ${directory}`,
    fix: `${error.fix ?? "make the folder writable"}; with --resume the training continues from there`,
    cause: error,
  });
}
