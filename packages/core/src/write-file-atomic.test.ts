import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { writeFileAtomic } from "./files.js";

describe("writeFileAtomic on a disk that becomes full", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "congruent-write-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** What comes midway of a file that a disk has no room for. */
  function* tooMuch(): Iterable<Uint8Array> {
    yield new Uint8Array(100);
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  }

  it("leaves neither a file nor the folders that it made", async () => {
    const path = join(folder, "new", "newer", "file");
    await expect(writeFileAtomic(path, tooMuch())).rejects.toMatchObject({ code: "E_DISK_FULL" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("keeps the old file, and a folder that holds others", async () => {
    const path = join(folder, "old", "file");
    await writeFileAtomic(path, "before");
    await expect(writeFileAtomic(path, tooMuch())).rejects.toMatchObject({ code: "E_DISK_FULL" });
    expect(await readFile(path, "utf8")).toBe("before");
    expect(await readdir(join(folder, "old"))).toEqual(["file"]);
  });
});
