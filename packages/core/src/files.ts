/** Files that are either whole or absent. Node only. */
import { createHash, randomBytes } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { access, open, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { checked, type JsonSchema } from "./checked.js";
import { CongruentError, messageOf } from "./errors.js";
import { whyOfFile } from "./file-error.js";
import { makeDirectory, missingFolders } from "./make-directory.js";
import { writeError } from "./write-error.js";

export { cacheDirectory } from "./cache-directory.js";
export { type DirectoryLock, lockDirectory } from "./directory-lock.js";
export { whyOfFile } from "./file-error.js";
export { makeDirectory } from "./make-directory.js";
export { temporaryFolder } from "./temporary-folder.js";
export { writeError } from "./write-error.js";
export { checked, type JsonSchema };

/**
 * Writes a file through a temporary neighbor, fsync, rename and fsync of the folder: a reader sees the old content
 * or the new one, never half of it, also after a crash or on a full disk; and what was written is still there after
 * a power cut.
 *
 * @param content text, bytes, or bytes in pieces, which are asked for and written one after the other
 * @throws CongruentError `E_WRITE` (read-only folder …) or `E_DISK_FULL` naming the path; the old file stays.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array>,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const folders = missingFolders(dirname(path));
  let opened = false;
  try {
    await makeDirectory(dirname(path));
    const handle = await open(temporary, "wx");
    opened = true;
    try {
      const whole = typeof content === "string" || content instanceof Uint8Array;
      for (const part of whole ? [content] : content) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await sync(dirname(path));
  } catch (error) {
    // Where nothing could be opened, rm would fail too and hide the reason.
    if (opened) await rm(temporary, { force: true });
    // Nor is an empty folder left; one that somebody else has used in the meantime stays.
    for (const folder of folders.toReversed()) await rmdir(folder).catch(() => null);
    throw writeError(path, error);
  }
}

/**
 * Whether `writeFileAtomic` could write a file, as far as that can be told without writing: a later write can still
 * fail.
 *
 * @throws CongruentError `E_WRITE` naming the path and why it cannot be written
 */
export async function refuseUnwritable(path: string): Promise<void> {
  try {
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory()) throw Object.assign(new Error("is a folder"), { code: "EISDIR" });
    const [first] = missingFolders(dirname(path));
    const folder = dirname(first ?? resolve(path));
    if (!(await stat(folder)).isDirectory()) {
      throw Object.assign(new Error("is no folder"), { code: "ENOTDIR" });
    }
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Makes what was written into a file last, or what was renamed in a folder. */
export async function sync(path: string): Promise<void> {
  // Windows cannot open a folder, and needs no such thing; a file it syncs only where it was opened for writing.
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `writeFileAtomic` of a value as indented JSON. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * A file's bytes.
 *
 * @param code of the error when it cannot be read: for a caller that knows what the file should be. Default: `E_NOT_FOUND`
 * @throws CongruentError naming the path and why
 */
export async function readBytes(
  path: string,
  code = "E_NOT_FOUND",
  fix = "check the path",
): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new CongruentError({
      code,
      what: `could not read ${path}: ${whyOfFile(error)}`,
      fix,
      cause: error,
    });
  }
}

/** A file's text as JSON that a schema accepts; `E_JSON` or `E_SCHEMA` name the file and the field. */
export async function readJson<T>(path: string, schema: JsonSchema<T>): Promise<T> {
  const text = new TextDecoder().decode(await readBytes(path));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CongruentError({
      code: "E_JSON",
      what: `${path} is not JSON: ${messageOf(error)}`,
      fix: "repair the file or write it again",
      cause: error,
    });
  }
  return checked(value, schema, path);
}

/** Hexadecimal SHA-256 of bytes in memory, in one piece or in several. */
export function sha256(bytes: Uint8Array | string | readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  const whole = typeof bytes === "string" || bytes instanceof Uint8Array;
  for (const part of whole ? [bytes] : bytes) hash.update(part);
  return hash.digest("hex");
}

/** Hexadecimal SHA-256 of a file, read as a stream. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
