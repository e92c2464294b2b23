import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ownScript } from "./process/own-script.js";
import { removeOfDead, temporaryFolder } from "./temporary-folder.js";

const child = ownScript(new URL("./process/testing/temporary-folder-child.js", import.meta.url));

describe("a temporary folder", () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "congruent-temporary-test-"));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  /** A process that has made one and then waits or exits. */
  async function started(how: "exit" | "wait") {
    const made = spawn(process.execPath, [...child.execArgv, child.path, parent, how], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(made, "exit");
    const [folder] = (await once(made.stdout, "data")) as [Buffer];
    return { name: basename(String(folder)), made, ended };
  }

  it("of a process that exits before it removed it is gone with it", async () => {
    const { ended } = await started("exit");
    expect(await ended).toEqual([130, null]);
    expect(await readdir(parent)).toEqual([]);
  });

  it("of a process that is killed is removed by the next one, and not while that process lives", async () => {
    const { name, made, ended } = await started("wait");
    await removeOfDead(parent);
    expect(await readdir(parent)).toEqual([name]);
    made.kill("SIGKILL");
    await ended;
    expect(await readdir(parent)).toEqual([name]);
    const next = await started("exit");
    await next.ended;
    expect(await readdir(parent)).toEqual([]);
  });

  it("of another machine, of other programs and behind a link is left alone", async () => {
    const own = await temporaryFolder("mine", parent);
    const machine = basename(own).split(".").at(-1)?.slice(0, 8);
    const kept = [
      basename(own),
      "congruent-fit-999999999.1.00000000-abcdef",
      "congruent-fit-abcdef",
      "something else",
    ];
    for (const name of kept.slice(1)) await mkdir(join(parent, name));
    const outside = join(parent, "something else");
    await writeFile(join(outside, "file"), "");
    const link = `congruent-fit-999999999.1.${machine}-abcdef`;
    await symlink(outside, join(parent, link));
    await removeOfDead(parent);
    expect((await readdir(parent)).toSorted()).toEqual([...kept, link].toSorted());
    expect(await readdir(outside)).toEqual(["file"]);
  });

  it("that cannot be made is an error that names TMPDIR", async () => {
    const file = join(parent, "file");
    await writeFile(file, "");
    await expect(temporaryFolder("any", file)).rejects.toMatchObject({
      code: "E_WRITE",
      what: expect.stringContaining(`could not make a temporary folder in ${file}`),
      fix: expect.stringContaining("TMPDIR"),
    });
  });
});
