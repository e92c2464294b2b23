/** A local web server for one browser run: the built web app, the model, the inputs, and a place for results. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { CongruentError, checked, messageOf, tensorBytes, tensorFromBytes } from "@congruent/core";
import { readModelBytes } from "@congruent/onnx/files";
import sirv from "sirv";
import type { Tensors } from "../runner.js";
import {
  jobPage,
  resultShape,
  type WebJob,
  type WebJobPart,
  type WebJobResult,
  webJobPartSchema,
  webJobResultSchema,
} from "../web-job.js";

export interface WebWork
  extends Pick<WebJob, "runtime" | "batching" | "threads" | "optimization" | "session"> {
  /** Whether the page keeps a profile of the first run. Default: true. */
  profile?: boolean;
  modelPath: string;
  inputs: Tensors;
  /** A script that the page runs before its own ones. */
  preamble?: string | null;
  /** Folder of the built web app. */
  webApp: string;
  /** Milliseconds that are left, where the page may cut batches smaller. Asked when the page fetches its job. */
  growWithin?: (() => number) | undefined;
  /** Told of each part as it comes. */
  onPart?: (part: WebJobPart & { outputs: Tensors }) => void;
}

export interface WebServer {
  origin: string;
  /** Address of the page that does the work. */
  page: string;
  /** Settles with the page's last word. */
  finished: Promise<WebJobResult>;
  close(): Promise<void>;
}

/** Cross-origin isolation, which shared memory and precise clocks need. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** An empty document on the same origin, for questions to the browser that need a secure context. */
export const BLANK = "/blank";

/** Listens on 127.0.0.1 and a free port that the system chooses. */
export async function startServer(work: WebWork): Promise<WebServer> {
  // Read before any page asks, so that a problem with the file is its own error and not a failed request.
  const model = await readModelBytes(work.modelPath);
  // Cannot be guessed, so that other pages of this machine's browsers cannot post results.
  const id = randomUUID();
  const base = `/job/${id}`;
  /** Of the part that is being posted. */
  let outputs: Tensors = {};
  let finish: (value: WebJobResult) => void;
  const finished = new Promise<WebJobResult>((resolve) => {
    finish = resolve;
  });
  const names = Object.keys(work.inputs);
  const { preamble = null, growWithin } = work;
  const job = (): WebJob => ({
    model: `${base}/model`,
    runtime: work.runtime,
    threads: work.threads,
    optimization: work.optimization,
    ...(work.session && { session: work.session }),
    batching: work.batching,
    profile: work.profile ?? true,
    ...(growWithin && { growWithinMs: growWithin() }),
    inputs: Object.entries(work.inputs).map(([name, { dtype, dims }], index) => ({
      name,
      dtype,
      dims: [...dims],
      url: `${base}/input/${index}`,
    })),
    parts: `${base}/parts`,
    results: `${base}/results`,
  });

  const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>> = {
    [`GET ${BLANK}`]: async (_, response) => {
      response.setHeader("Content-Type", "text/html");
      response.end(withScript("<!doctype html><title>blank</title>", preamble));
    },
    ...(preamble === null
      ? {}
      : {
          "GET /parity.html": async (_: IncomingMessage, response: ServerResponse) => {
            response.setHeader("Content-Type", "text/html");
            response.end(withScript(await readFile(join(work.webApp, "parity.html"), "utf8"), preamble));
          },
        }),
    [`GET ${base}`]: async (_, response) => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(job()));
    },
    [`GET ${base}/model`]: async (_, response) => {
      response.end(model);
    },
    [`POST ${base}/parts`]: async (request, response) => {
      const part = checked(
        JSON.parse((await bodyOf(request)).toString()),
        webJobPartSchema,
        "the page's part",
      );
      const posted = outputs;
      outputs = {};
      work.onPart?.({ ...part, outputs: posted });
      response.end();
    },
    [`POST ${base}/results`]: async (request, response) => {
      const result = checked(
        JSON.parse((await bodyOf(request)).toString()),
        webJobResultSchema,
        "the page's result",
      );
      response.end();
      finish(result);
    },
  };
  names.forEach((name, index) => {
    routes[`GET ${base}/input/${index}`] = async (_, response) => {
      response.end(tensorBytes(work.inputs[name] as Tensors[string]));
    };
  });

  const assets = sirv(work.webApp, { dev: false, etag: false });
  const server = createServer(async (request, response) => {
    for (const [header, value] of Object.entries(isolation)) response.setHeader(header, value);
    // Every request is checked inside this block: what an async handler throws outside would end the process.
    try {
      const url = addressOf(request);
      const route = routes[`${request.method} ${url.pathname}`];
      const output = request.method === "POST" ? outputName(url.pathname, `${base}/results/`) : null;
      if (route) await route(request, response);
      else if (output !== null) {
        const { dtype, dims } = resultShape(url.searchParams);
        outputs[output] = tensorFromBytes(await bodyOf(request), dtype, dims);
        response.end();
      } else if (request.method === "GET") {
        assets(request, response, () => {
          response.statusCode = 404;
          response.end("not found");
        });
      } else {
        response.statusCode = 405;
        response.end("not allowed");
      }
    } catch (error) {
      response.statusCode = error instanceof CongruentError || error instanceof SyntaxError ? 400 : 500;
      response.end(messageOf(error));
    }
  });
  await listen(server);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    page: origin + jobPage(id),
    finished,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @throws CongruentError `E_ADDRESS` for what is no address, such as `//` */
function addressOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? "/", "http://127.0.0.1");
  } catch (cause) {
    throw noAddress(request.url ?? "", cause);
  }
}

/** @throws CongruentError `E_ADDRESS` for broken percent encoding */
function outputName(path: string, prefix: string): string | null {
  if (!path.startsWith(prefix)) return null;
  try {
    return decodeURIComponent(path.slice(prefix.length));
  } catch (cause) {
    throw noAddress(path, cause);
  }
}

function noAddress(text: string, cause: unknown): CongruentError {
  return new CongruentError({ code: "E_ADDRESS", what: `${JSON.stringify(text)} is not an address`, cause });
}

/** The page with a script before its own ones. */
function withScript(html: string, script: string | null): string {
  if (script === null) return html;
  const start = /<head>/i.exec(html) ?? /<!doctype[^>]*>/i.exec(html);
  const at = start === null ? 0 : start.index + start[0].length;
  return `${html.slice(0, at)}<script>${script}</script>${html.slice(at)}`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
}
