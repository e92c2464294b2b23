/** Runs a repro as somebody who was sent it would. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createRequire } from "node:module";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { CongruentError } from "@congruent/core";
import { launchChromium, runProcess } from "@congruent/toolchain";
import type { Venue } from "./venues.js";

export interface ReproRun {
  /** Whether it fails by itself, as it should. */
  fails: boolean;
  /** What it said. */
  said: string;
}

// Both packages are the runtime's: a repro is run with the very files that showed the fault.
const fromRuntime = createRequire(createRequire(import.meta.url).resolve("@congruent/runtime"));

/** `node repro.mjs` in the folder. It fails where it says so with 1, or where the process breaks; not where nothing could be run (3). */
export async function runInNode(directory: string, { env }: Venue, timeoutMs: number): Promise<ReproRun> {
  const { exitCode, all, startError } = await runProcess({
    command: process.execPath,
    args: ["repro.mjs"],
    cwd: directory,
    env: {
      ...(await env?.()),
      ONNXRUNTIME_NODE: pathToFileURL(fromRuntime.resolve("onnxruntime-node")).href,
      ORT_DISABLE_TELEMETRY: "1",
    },
    timeoutMs,
  });
  return { fails: exitCode !== 0 && exitCode !== 3 && startError === null, said: startError ?? all.trim() };
}

/** `node serve.mjs` in the folder, and its page in a headless browser: with onnxruntime-web from this machine, not from the network. */
export async function runInPage(directory: string, _: Venue, timeoutMs: number): Promise<ReproRun> {
  const server = spawn(process.execPath, ["serve.mjs"], {
    cwd: directory,
    env: {
      ...process.env,
      ONNXRUNTIME_WEB: pathToFileURL(fromRuntime.resolve("onnxruntime-web")).href,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const address = await addressOf(server);
    const browser = await launchChromium({ webgpu: "auto" });
    try {
      const page = await browser.newPage();
      await page.goto(address);
      await page.waitForSelector("body[data-state]", { timeout: timeoutMs });
      const [state, said] = await page.evaluate<[string, string]>(
        `[document.body.dataset.state, document.getElementById("said").textContent]`,
      );
      return { fails: state !== "agrees", said };
    } finally {
      await browser.close();
    }
  } finally {
    server.kill();
  }
}

/** What a server says first, once it listens. */
async function addressOf(server: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  let said = "";
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
  };
  server.stdout.on("data", listen);
  server.stderr.on("data", listen);
  return new Promise((resolve, reject) => {
    server.stdout.on("data", () => {
      const [address] = /http:\S+/.exec(said) ?? [];
      if (address) resolve(address);
    });
    server.once("error", reject);
    server.once("close", () =>
      reject(new CongruentError({ code: "E_REPRO", what: `serve.mjs ended: ${said.trim()}` })),
    );
  });
}
