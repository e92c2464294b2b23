import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { lockDirectory } from "./directory-lock.js";
import { ownScript } from "./process/own-script.js";
import { itIf, timeLimits } from "./testing.js";

jest.setTimeout(timeLimits.programs);

const onLinux = itIf(process.platform === "linux", "only Linux tells one start of the machine from another");
const lock = { file: "test.lock", code: "E_TEST_LOCKED", holder: "another test" };
/** No process has this number. */
const DEAD = "999999999 1";
const PROCESSES = 8;
/** What is in a folder besides the sockets that tell who lives. */
const filesIn = async (folder: string) => (await readdir(folder)).filter((name) => !name.endsWith(".sock"));

/** Runs a script in processes of their own that begin together; each has `lockDirectory`, `lock` and `folder`. */
async function together(folder: string, script: string): Promise<{ code: number | null; said: string }[]> {
  const { path, execArgv } = ownScript(new URL("./directory-lock.js", import.meta.url));
  const module = pathToFileURL(path).href;
  const program = `
    import { appendFile, rm, writeFile } from "node:fs/promises";
    import { once } from "node:events";
    import { lockDirectory } from ${JSON.stringify(module)};
    const lock = ${JSON.stringify(lock)};
    const folder = ${JSON.stringify(folder)};
    const entered = async (directory) => {
      try {
        return await lockDirectory(directory, lock);
      } catch (error) {
        if (error.code !== lock.code) throw error;
        return null;
      }
    };
    process.stdout.write("ready ");
    const [begin] = await once(process.stdin, "data");
    while (Date.now() < Number(begin));
    ${script}
    process.stdout.write("done ");
    // What it holds is held until all have had their turn.
    process.stdin.resume();
  `;
  const children = Array.from({ length: PROCESSES }, () =>
    spawn(process.execPath, [...execArgv, "--input-type=module", "-e", program], {
      stdio: ["pipe", "pipe", "inherit"],
    }),
  );
  const said = children.map(() => "");
  const until = (word: string) =>
    Promise.all(children.map((child, i) => heard(child, () => said[i]?.includes(word) === true)));
  children.forEach((child, i) => {
    child.stdout?.on("data", (text) => {
      said[i] += String(text);
    });
  });
  await until("ready");
  for (const child of children) child.stdin?.write(String(Date.now() + 100));
  await until("done");
  for (const child of children) child.stdin?.end();
  return Promise.all(
    children.map(async (child, i) => {
      if (child.exitCode === null) await once(child, "exit");
      return { code: child.exitCode, said: said[i] as string };
    }),
  );
}

/** A process of its own that holds the lock until it is killed. */
async function heldBy(folder: string): Promise<ChildProcess> {
  const { path, execArgv } = ownScript(new URL("./directory-lock.js", import.meta.url));
  const program = `
    import { lockDirectory } from ${JSON.stringify(pathToFileURL(path).href)};
    await lockDirectory(${JSON.stringify(folder)}, ${JSON.stringify(lock)});
    process.stdout.write("held");
    process.stdin.resume();`;
  const args = [...execArgv, "--input-type=module", "-e", program];
  const holder = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  return holder;
}

async function heard(child: ChildProcess, enough: () => boolean): Promise<void> {
  while (!enough() && child.exitCode === null) {
    await Promise.race([once(child.stdout as NodeJS.ReadableStream, "data"), once(child, "exit")]);
  }
}

describe("a lock on a directory", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "congruent-lock-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("is held by one, who is named, and gone when it is given back", async () => {
    const unlock = await lockDirectory(join(folder, "new"), lock);
    await expect(lockDirectory(join(folder, "new"), lock)).rejects.toMatchObject({
      code: "E_TEST_LOCKED",
      what: expect.stringContaining(`(process ${process.pid})`),
    });
    await unlock();
    expect(await readdir(join(folder, "new"))).toEqual([]);
  });

  it("of a dead process, of another one of the same number, or without content is taken over; nothing else is left", async () => {
    for (const left of [DEAD, "999999999", `${process.pid} 1`, "", "no number"]) {
      await writeFile(join(folder, lock.file), left);
      const unlock = await lockDirectory(folder, lock);
      expect(await readFile(join(folder, lock.file), "utf8")).toMatch(new RegExp(`^${process.pid}\\b`));
      expect(await filesIn(folder)).toEqual([lock.file]);
      await unlock();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it("is taken over also where the process died that was taking it over", async () => {
    await writeFile(join(folder, lock.file), DEAD);
    await writeFile(join(folder, `${lock.file}.999999999-1`), "999999998 1");
    const unlock = await lockDirectory(folder, lock);
    expect(await filesIn(folder)).toEqual([lock.file]);
    await unlock();
  });

  it("of another machine or container is left alone, which is named with what to remove", async () => {
    const unlock = await lockDirectory(folder, lock);
    const path = join(folder, lock.file);
    const [pid, start, host, namespace] = (await readFile(path, "utf8")).split(" ") as [
      string,
      string,
      string,
      string,
    ];
    await unlock();
    expect([pid, host]).toEqual([String(process.pid), hostname()]);
    // Its number may be nobody's here, or somebody else's.
    for (const [number, where, among] of [
      ["999999999", "otherhost", namespace],
      [pid, "otherhost", namespace],
      ["999999999", host, "pid:[1]"],
    ] as const) {
      const left = `${number} ${start} ${where} ${among}`;
      await writeFile(path, left);
      await expect(lockDirectory(folder, lock)).rejects.toMatchObject({
        code: "E_TEST_LOCKED",
        what: expect.stringContaining(`process ${number} of ${where}`),
        fix: expect.stringContaining(`remove ${path}`),
      });
      expect(await readFile(path, "utf8")).toBe(left);
    }
    await writeFile(path, `999999999 1 ${host} ${namespace}`);
    await (await lockDirectory(folder, lock))();
  });

  onLinux("of a container that was started again is its own; of one that lives it is not", async () => {
    const path = join(folder, lock.file);
    const holder = await heldBy(folder);
    const [pid, start, , , boot, mark] = (await readFile(path, "utf8")).split(" ");
    // The same process, as another container sees it: with a name and a namespace of its own.
    const elsewhere = [pid, start, "otherhost", "pid:[1]", boot, mark].join(" ");
    await writeFile(path, elsewhere);
    await expect(lockDirectory(folder, lock)).rejects.toMatchObject({ code: "E_TEST_LOCKED" });
    // Stopped, it answers nothing by itself, and lives.
    holder.kill("SIGSTOP");
    await expect(lockDirectory(folder, lock)).rejects.toMatchObject({ code: "E_TEST_LOCKED" });
    expect(await readFile(path, "utf8")).toBe(elsewhere);

    holder.kill("SIGKILL");
    await once(holder, "exit");
    // Of another machine, where nobody listens here in any case; and where the mark is gone.
    for (const untold of [
      [pid, start, "otherhost", "pid:[1]", "00000000-0000-0000-0000-000000000000", mark],
      [pid, start, "otherhost", "pid:[1]", boot, ".test.lock.gone.sock"],
    ]) {
      await writeFile(path, untold.join(" "));
      await expect(lockDirectory(folder, lock)).rejects.toMatchObject({ code: "E_TEST_LOCKED" });
    }
    await writeFile(path, elsewhere);
    const unlock = await lockDirectory(folder, lock);
    await unlock();
    expect(await readdir(folder)).toEqual([]);
  });

  onLinux("of before the machine was started again is taken over, whoever has the number now", async () => {
    const unlock = await lockDirectory(folder, lock);
    const path = join(folder, lock.file);
    const [pid, start, host, namespace] = (await readFile(path, "utf8")).split(" ");
    await unlock();
    // This very process' number and start, counted from another start of the machine.
    const before = [pid, start, host, namespace, "00000000-0000-0000-0000-000000000000", "-"].join(" ");
    await writeFile(path, before);
    await (await lockDirectory(folder, lock))();
    expect(await readdir(folder)).toEqual([]);
  });

  it("of a dead process goes to one of many that come at the same moment", async () => {
    const rounds = 60;
    for (let round = 0; round < rounds; round++) {
      await mkdir(join(folder, String(round)));
      await writeFile(join(folder, String(round), lock.file), DEAD);
    }
    const ended = await together(
      folder,
      `for (let round = 0; round < ${rounds}; round++) {
        if (await entered(folder + "/" + round)) await appendFile(folder + "/" + round + "/got", "x");
      }`,
    );
    expect(ended.map(({ code }) => code)).toEqual(ended.map(() => 0));
    const got = Array.from({ length: rounds }, (_, round) =>
      readFile(join(folder, String(round), "got"), "utf8"),
    );
    expect(await Promise.all(got)).toEqual(got.map(() => "x"));
  }, 300_000);

  it("that comes and goes, and dies at times, never has two holders", async () => {
    const ended = await together(
      folder,
      `for (let turns = 0; turns < 15; ) {
        const unlock = await entered(folder);
        if (!unlock) continue;
        await writeFile(folder + "/inside", "", { flag: "wx" });
        await rm(folder + "/inside");
        // As if it had died here.
        if (turns % 2) await writeFile(folder + "/" + lock.file, "999999999 " + turns);
        else await unlock();
        turns++;
      }`,
    );
    expect(ended.map(({ code }) => code)).toEqual(ended.map(() => 0));
  }, 300_000);
});
