import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "@congruent/core";
import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { BLANK, startServer, type WebServer, type WebWork } from "./server.js";

describe("the local web server", () => {
  let webApp: string;
  let server: WebServer;
  /** The server's own addresses, below an id that cannot be guessed. */
  let base: string;
  const work = (model: string): WebWork => ({
    runtime: "web-wasm",
    modelPath: join(webApp, model),
    inputs: { pixels: tensor("float32", new Float32Array(4), [1, 4]) },
    batching: { mode: "split", size: 1 },
    threads: 1,
    optimization: "all",
    webApp,
  });
  beforeAll(async () => {
    webApp = await mkdtemp(join(tmpdir(), "web-app-"));
    await writeFile(join(webApp, "parity.html"), "<!doctype html>");
    await writeFile(join(webApp, "tiny.onnx"), tinyClassifier().bytes);
    server = await startServer(work("tiny.onnx"));
    base = new URL(server.page).searchParams.get("job") as string;
  });
  afterAll(async () => {
    await server.close();
    await rm(webApp, { recursive: true });
  });

  /** Sent as it stands: a client library would mend the address first. */
  async function status(requestLine: string, body = ""): Promise<number> {
    const socket = connect(Number(new URL(server.origin).port), "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.write(
      `${requestLine} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    await once(socket, "close");
    return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
  }

  it("answers every request, and keeps running", async () => {
    const asked: [string, number[]][] = [
      ["GET //", [400]],
      ["GET http://[", [400]],
      ["GET /%E0%A4%A", [400, 404]],
      [`POST ${base}/results/%E0%A4%A?dtype=float32&dims=1`, [400]],
      [`POST ${base}/results/y?dtype=float32&dims=9`, [400]],
      [`POST ${base}/results`, [400]],
      [`POST ${base}/parts`, [400]],
      ["POST /elsewhere", [405]],
      ["GET /../../etc/passwd", [404]],
      ["GET /none", [404]],
      ["GET /parity.html", [200]],
      [`GET ${base}`, [200]],
    ];
    for (const [line, wanted] of asked) {
      const got = await status(line, line.startsWith("POST") ? "{" : "");
      expect([line, wanted.includes(got) ? wanted[0] : got]).toEqual([line, wanted[0]]);
    }
  });

  it("puts a script before a page's own where a browser needs one", async () => {
    const script = "globalThis.first = 1";
    const other = await startServer({ ...work("tiny.onnx"), preamble: script });
    try {
      for (const path of ["/parity.html", BLANK]) {
        const plain = await (await fetch(server.origin + path)).text();
        const served = await (await fetch(other.origin + path)).text();
        expect(served).toBe(plain.replace("<!doctype html>", `<!doctype html><script>${script}</script>`));
      }
    } finally {
      await other.close();
    }
  });

  it("says what is wrong with the model before any page asks", async () => {
    await expect(startServer(work("no-such-model.onnx"))).rejects.toMatchObject({ exit: 2 });
    await writeFile(join(webApp, "page.onnx"), "<!doctype html>");
    await expect(startServer(work("page.onnx"))).rejects.toMatchObject({ code: "E_ONNX_INVALID", exit: 2 });
  });
});
