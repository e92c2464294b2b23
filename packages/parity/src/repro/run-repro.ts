/** Runs a repro in the same way as its receiver. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { CongruentError, DEFAULT_BROWSER } from "@congruent/core";
import { Child, howItEnded, runProcess } from "@congruent/core/process";
import { launchBrowser } from "@congruent/toolchain";
import type { Venue } from "./venue-of.js";

export interface ReproRun {
  /** Whether it fails by itself, as it should. */
  fails: boolean;
  /** What it printed. */
  said: string;
}

// Both packages are the runtime's: a repro runs with the same files that showed the fault.
const fromRuntime = createRequire(createRequire(import.meta.url).resolve("@congruent/runtime"));

/** `node repro.mjs` in the folder. It fails where it says so with 1, or where the process breaks; not where nothing could be run (3). */
export async function runInNode(directory: string, { env }: Venue, timeoutMs: number): Promise<ReproRun> {
  // As its receiver runs it; with what only this project found of the machine where that is not enough.
  const alone = await runScript(directory, {}, timeoutMs);
  const { exitCode, all, startError } =
    alone.exitCode === 3 ? await runScript(directory, await env(), timeoutMs) : alone;
  return { fails: exitCode !== 0 && exitCode !== 3 && startError === null, said: startError ?? all.trim() };
}

function runScript(directory: string, env: Record<string, string>, timeoutMs: number) {
  return runProcess({
    command: process.execPath,
    args: ["repro.mjs"],
    cwd: directory,
    env: {
      ...env,
      ONNXRUNTIME_NODE: pathToFileURL(fromRuntime.resolve("onnxruntime-node")).href,
      ORT_DISABLE_TELEMETRY: "1",
    },
    timeoutMs,
  });
}

/** `node serve.mjs` in the folder, and its page in a headless browser: with onnxruntime-web from this machine, not from the network. */
export async function runInPage(directory: string, venue: Venue, timeoutMs: number): Promise<ReproRun> {
  const server = startServer(directory);
  try {
    const address = await server.address;
    const browser = await launchBrowser(venue.browser ?? DEFAULT_BROWSER, { webgpu: "auto" });
    try {
      const page = await browser.open(address);
      const [state, said] = await page.evaluate<[string, string]>(answerWithin(timeoutMs));
      return { fails: state !== "agrees", said };
    } finally {
      await browser.close();
    }
  } finally {
    server.child.kill();
    await server.child.ended;
  }
}

/** An expression for the page: its state and what it says, once it has come to an end. */
function answerWithin(timeoutMs: number): string {
  return `new Promise((resolve, reject) => {
    const deadline = Date.now() + ${timeoutMs};
    const look = () => {
      const { state } = document.body.dataset;
      if (state) return resolve([state, document.getElementById("said").textContent]);
      if (Date.now() > deadline) return reject(new Error("the page did not end within ${timeoutMs / 1000} s"));
      setTimeout(look, 50);
    };
    look();
  })`;
}

/** `node serve.mjs`, and the address that it says once it listens. */
function startServer(directory: string): { child: Child; address: Promise<string> } {
  let said = "";
  let listens: (address: string) => void = () => undefined;
  const child = new Child({
    command: process.execPath,
    args: ["serve.mjs"],
    cwd: directory,
    env: { ONNXRUNTIME_WEB: pathToFileURL(fromRuntime.resolve("onnxruntime-web")).href },
    onText(text) {
      said += text;
      const [address] = /http:\S+(?=\s)/.exec(said) ?? [];
      if (address) listens(address);
    },
  });
  const address = new Promise<string>((resolve, reject) => {
    listens = resolve;
    child.ended.then((ending) =>
      reject(
        new CongruentError({
          code: "E_REPRO",
          what: `serve.mjs ${howItEnded(ending)}: ${ending.tail.trim()}`,
        }),
      ),
    );
  });
  return { child, address };
}
