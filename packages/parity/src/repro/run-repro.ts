/** Runs a repro as somebody who was sent it would. */
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { launchBrowser, runProcess } from "@congruent/toolchain";
import sirv from "sirv";
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

/** repro.html in a headless browser, with onnxruntime-web from this machine instead of the network. */
export async function runInPage(directory: string, _: Venue, timeoutMs: number): Promise<ReproRun> {
  const page = sirv(directory, { dev: true });
  const ort = sirv(dirname(fromRuntime.resolve("onnxruntime-web")), { dev: true });
  const server = createServer((request, response) => {
    const end = () => {
      response.statusCode = 404;
      response.end();
    };
    if (!request.url?.startsWith("/ort/")) return page(request, response, end);
    request.url = request.url.slice("/ort".length);
    return ort(request, response, end);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await launchBrowser({ webgpu: "auto" });
  try {
    const opened = await browser.newPage();
    await opened.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/repro.html?ort=/ort/`);
    await opened.waitForSelector("body[data-state]", { timeout: timeoutMs });
    const [state, said] = await opened.evaluate<[string, string]>(
      `[document.body.dataset.state, document.getElementById("said").textContent]`,
    );
    return { fails: state !== "agrees", said };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
