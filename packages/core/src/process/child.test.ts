import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describeIf, itIf, timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { Child } from "./child.js";
import type { ChildOptions } from "./child-options.js";
import { ownScript } from "./own-script.js";
import { isGone } from "./testing/is-gone.js";

jest.setTimeout(timeLimits.programs);

// What Windows does is `taskkill`'s business.
const onPosix = describeIf(process.platform !== "win32", "Windows has no process groups");
const isLinux = process.platform === "linux";
const onLinux = itIf(isLinux, "only Linux tells the processes outside the group");

/** Prints its own number, and that of one that it has started. */
const FAMILY = `echo $$; sleep 600 & echo $!; echo all;`;
/** And, on Linux, that of one that has left its group. */
const WIDE_FAMILY = isLinux ? `setsid sh -c 'echo $$; exec sleep 600' & sleep 0.2; ${FAMILY}` : FAMILY;
const family = (then: string, names = FAMILY) => ({ command: "sh", args: ["-c", `${names} ${then}`] });
const numbersIn = (text: string) => (text.match(/^\d+$/gm) ?? []).map(Number);

/** Starts a child, does something to it once it has said a word, and tells how it ended. */
async function played(options: ChildOptions, word: string, act: (child: Child) => void = () => undefined) {
  let heard = "";
  let done = false;
  const child: Child = new Child({
    ...options,
    onText(text) {
      heard += text;
      if (done || !heard.includes(word)) return;
      done = true;
      act(child);
    },
  });
  return { ...(await child.ended), heard };
}

onPosix("all that a child has started ends with it", () => {
  const eats = `${process.execPath} -e 'setInterval(() => 0, 1e3); globalThis.x = Buffer.alloc(2 ** 28, 1)'`;
  const controller = new AbortController();
  const gone = async (heard: string, expected: number) => {
    const numbers = numbersIn(heard);
    expect(numbers).toHaveLength(expected);
    for (const number of numbers) expect(await isGone(number)).toBe(true);
  };

  const ways: [string, Partial<ChildOptions>, (child: Child) => void, object, string?][] = [
    ["kill", {}, (child) => child.kill(), { endedBy: "kill" }],
    ["the time limit", { timeoutMs: 600 }, () => undefined, { endedBy: "timeout" }],
    [
      "an abort",
      { signal: controller.signal },
      () => controller.abort("no more"),
      { endedBy: "abort", reason: "no more" },
    ],
  ];
  const memory: (typeof ways)[number] = [
    "the memory limit, which counts all of them",
    { memoryBytes: 2 ** 27 },
    () => undefined,
    { endedBy: "memory", memoryError: { code: "E_MEMORY" } },
    `${eats} & wait`,
  ];
  it.each(isLinux ? [...ways, memory] : ways)("by %s", async (_, options, act, expected, then = "wait") => {
    const ended = await played({ ...family(then, WIDE_FAMILY), ...options }, "all", act);
    expect(ended).toMatchObject({ ...expected, exitCode: null, signal: "SIGKILL" });
    await gone(ended.heard, isLinux ? 3 : 2);
  });

  // One that has left the group of a process that ends by itself cannot be found any more.
  it.each([
    ["its own end", "exit 3", { exitCode: 3, signal: null }],
    ["its own crash", "kill -s SEGV $$", { exitCode: null, signal: "SIGSEGV" }],
  ])("by %s", async (_, then, expected) => {
    const ended = await played(family(then), "all");
    expect(ended).toMatchObject({ ...expected, endedBy: null });
    await gone(ended.heard, 2);
  });
});

onPosix("a child that may end by itself", () => {
  const polite = `trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done`;
  const deaf = `trap '' TERM; echo ready; while :; do sleep 0.05; done`;
  const asked = async (script: string, graceMs: number) => {
    const controller = new AbortController();
    const options = { command: "sh", args: ["-c", script], signal: controller.signal, graceMs };
    return played(options, "ready", () => controller.abort());
  };

  it("does so after an abort", async () => {
    const ended = await asked(polite, Number.POSITIVE_INFINITY);
    expect(ended).toMatchObject({ exitCode: 5, signal: null, endedBy: "abort" });
    expect(ended.tail).toContain("bye");
  });

  it("and does not, is killed when its grace is over", async () => {
    expect(await asked(deaf, 150)).toMatchObject({ exitCode: null, signal: "SIGKILL", endedBy: "abort" });
  });

  it("gives its own children the same time: its end alone is not the end", async () => {
    // The first dies of the signal at once; what it has started says goodbye a little later.
    const script = `sh -c "trap 'sleep 0.3; echo bye; exit' TERM; echo ready; while :; do sleep 0.05; done" & wait`;
    const ended = await asked(script, Number.POSITIVE_INFINITY);
    expect(ended).toMatchObject({ signal: "SIGTERM", endedBy: "abort" });
    expect(ended.tail).toContain("bye");
  });
});

describe("how a child ended", () => {
  it.each([0, 1, 7, 255])("is its exit code: %d", async (code) => {
    const child = new Child({ command: process.execPath, args: ["-e", `process.exit(${code})`] });
    expect(await child.ended).toMatchObject({
      exitCode: code,
      signal: null,
      endedBy: null,
      startError: null,
    });
  });

  it("is why it could not be started", async () => {
    const child = new Child({ command: "no-such-program-anywhere" });
    expect(child.pid).toBeUndefined();
    expect(await child.ended).toMatchObject({ startError: "ENOENT", exitCode: null, signal: null });
    // What cannot be handed to a program at all.
    expect(await new Child({ command: "a\0b" }).ended).toMatchObject({ startError: expect.any(String) });
  });

  it("is an abort, and nothing was started, where the signal is aborted already", async () => {
    const child = new Child({ command: "sleep", args: ["600"], signal: AbortSignal.abort("SIGTERM") });
    expect(child.pid).toBeUndefined();
    expect(await child.ended).toMatchObject({ endedBy: "abort", reason: "SIGTERM", exitCode: null });
  });

  it("holds the end of what it printed, of both streams, and no more", async () => {
    const script = `process.stdout.write("ü".repeat(300_000) + "\\n", () => console.error("last words"))`;
    const { tail } = await new Child({ command: process.execPath, args: ["-e", script] }).ended;
    expect(tail).toHaveLength(4000);
    // Characters of several bytes are whole, wherever the pieces were cut.
    expect(tail).toMatch(/^ü+\nlast words\n$/);
  });

  onLinux("does not wait for a pipe that somebody else holds", async () => {
    const began = performance.now();
    const ended = await played(
      { command: "sh", args: ["-c", "setsid sh -c 'echo $$; exec sleep 60' & sleep 0.3"] },
      "\n",
    );
    expect(ended.exitCode).toBe(0);
    expect(performance.now() - began).toBeLessThan(50_000);
    process.kill(Number(ended.heard), "SIGKILL");
  });

  it("is told after all of its messages, however fast it ends", async () => {
    const script = fileURLToPath(new URL("./testing/talking-child.js", import.meta.url));
    const heard: unknown[] = [];
    const child = new Child({ script, messages: "ipc", onMessage: (message) => heard.push(message) });
    child.send({ count: 200 });
    expect(await child.ended).toMatchObject({ exitCode: 4 });
    expect(heard).toEqual(Array.from({ length: 200 }, (_, i) => ({ i, not: Number.NaN })));
    // The child has ended: sending is not an error.
    child.send({ count: 1 });
  });
});

/** A parent in a process of its own, and what it has printed so far. */
function parentOf(options: object) {
  const { path, execArgv } = ownScript(new URL("./testing/parent.js", import.meta.url));
  const parent = spawn(process.execPath, [...execArgv, path, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  parent.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const until = async (word: string) => {
    while (!said.includes(word)) await once(parent.stdout, "data");
  };
  const ended = once(parent, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  return { parent: parent as ChildProcess, until, ended, said: () => said };
}

onPosix("a child ends with its parent", () => {
  const script = fileURLToPath(new URL("./testing/parent.js", import.meta.url));
  const nested = { script, args: [JSON.stringify({ child: family("wait") })] };
  const gone = async (said: string) => {
    const numbers = numbersIn(said);
    expect(numbers).toHaveLength(2);
    for (const number of numbers) expect(await isGone(number)).toBe(true);
  };

  it.each([
    ["child", family("wait")],
    ["grandchild that a child supervises", nested],
  ])("that is killed: a %s", async (_, child) => {
    const { parent, until, ended, said } = parentOf({ child });
    await until("all");
    parent.kill("SIGKILL");
    expect(await ended).toEqual([null, "SIGKILL"]);
    await gone(said());
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "that nothing keeps from dying of %s: it does, and the child is gone",
    async (signal) => {
      const { parent, until, ended, said } = parentOf({ child: nested });
      await until("all");
      parent.kill(signal);
      expect(await ended).toEqual([null, signal]);
      await gone(said());
    },
  );

  it("that ends by itself", async () => {
    const { ended, said } = parentOf({ child: family("wait"), exits: true });
    expect(await ended).toEqual([0, null]);
    await gone(said());
  });
});

/** As long as a person takes to press again. */
const LATER_MS = 1300;

onPosix("an interruption", () => {
  const polite = (signal: string) => ({
    command: "sh",
    args: [
      "-c",
      `trap 'echo asked; sleep 0.2; echo bye; exit 5' ${signal}; echo ready; while :; do sleep 0.05; done`,
    ],
  });
  const deaf = {
    command: "sh",
    args: ["-c", `trap 'echo asked' INT; echo ready; while :; do sleep 0.05; done`],
  };

  it("is passed on to a child that may end by itself; the parent waits, and dies of it then", async () => {
    const { parent, until, ended, said } = parentOf({ child: { ...polite("INT"), graceMs: 60_000 } });
    await until("ready");
    parent.kill("SIGINT");
    expect(await ended).toEqual([null, "SIGINT"]);
    expect(said()).toMatch(/asked\nbye\n$/);
  });

  it("leaves a parent that listens itself to its own ways", async () => {
    const { parent, until, ended, said } = parentOf({ child: polite("INT"), listens: true });
    await until("ready");
    parent.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
    expect(said()).toMatch(/^ready\nheard\n\{.*"signal":"SIGKILL","endedBy":"interruption"/);
  });

  it("is the caller's business where it says so: its abort asks the child to end", async () => {
    const child = { ...polite("TERM"), graceMs: 60_000, interruption: "caller" };
    const { parent, until, ended, said } = parentOf({ child, listens: true });
    await until("ready");
    parent.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
    expect(said()).toMatch(/^ready\nheard\n[^{]*asked\nbye\n\{"exitCode":5,"signal":null,"endedBy":"abort"/);
  });

  it.each([false, true])(
    "that comes a second time ends all at once; the parent listens: %s",
    async (listens) => {
      const { parent, until, ended } = parentOf({ child: { ...deaf, graceMs: 600_000 }, listens });
      await until("ready");
      parent.kill("SIGINT");
      await until("asked");
      await sleep(LATER_MS);
      parent.kill("SIGINT");
      expect(await ended).toEqual([null, "SIGINT"]);
    },
  );

  it("that arrives several times at once, as Ctrl-C does under npm, is one", async () => {
    const { parent, until, ended, said } = parentOf({ child: { ...polite("INT"), graceMs: 60_000 } });
    await until("ready");
    parent.kill("SIGINT");
    await until("asked");
    parent.kill("SIGINT");
    expect(await ended).toEqual([null, "SIGINT"]);
    expect(said()).toMatch(/asked\nbye\n$/);
  });
});
