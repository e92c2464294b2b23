/** What a bisect has learned from a runtime so far, on the disk: an interrupted one goes on where it was. */
import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { tensorBytes } from "@congruent/core";
import { cacheDirectory, writeFileAtomic } from "@congruent/core/files";
import type { Tensors } from "../runner.js";

/** A runtime that broke: it crashed, hung, or refused the model. */
export interface Breakdown {
  code: string;
  what: string;
}

export type Attempt = { outputs: Tensors; broken?: never } | { outputs?: never; broken: Breakdown };

export interface Journal {
  /** What a run gave; null where it was not made yet, or cannot be read. */
  find(model: Uint8Array, feeds: Tensors): Promise<Attempt | null>;
  add(model: Uint8Array, feeds: Tensors, attempt: Attempt): Promise<void>;
  /** A bisect that came to its end needs nothing of it any more. */
  remove(): Promise<void>;
}

/**
 * A journal for one model, runtime and inputs. Runs that broke are kept too: a hang costs the whole time limit.
 *
 * @param of everything on which a run's outcome depends besides model and inputs: runtime, versions, adapter, settings
 * @param directory the folder of all journals. Default: `bisects` in the project's cache
 */
export function openJournal(of: readonly unknown[], directory: string = cacheDirectory("bisects")): Journal {
  const folder = join(directory, digest([JSON.stringify(of)]).slice(0, 32));
  const fileOf = (model: Uint8Array, feeds: Tensors) => join(folder, keyOf(model, feeds));
  return {
    async find(model, feeds) {
      try {
        return deserialize(await readFile(fileOf(model, feeds))) as Attempt;
      } catch {
        // Not there, of another version of Node, or damaged: the run is made again.
        return null;
      }
    },
    add: (model, feeds, attempt) => writeFileAtomic(fileOf(model, feeds), serialize(attempt)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function keyOf(model: Uint8Array, feeds: Tensors): string {
  const inputs = Object.entries(feeds).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return digest([
    model,
    ...inputs.flatMap(([name, value]) => [`${name} ${value.dtype} [${value.dims}]`, tensorBytes(value)]),
  ]);
}

/** Each part with its length, so that no two lists of parts have the same digest. */
function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length} `).update(part);
  return hash.digest("hex");
}
