import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tinyClassifier } from "@congruent/onnx/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { CongruentError, load, type Progress } from "./index.js";
import { tinyPassport } from "./testing/tiny-passport.js";

const { bytes } = tinyClassifier();
const HALF = Math.floor(bytes.length / 2);
type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** All of it, or the part that is asked for. */
const file: Answer = (response, { headers }) => {
  const begin = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  const range = `bytes ${begin}-${bytes.length - 1}/${bytes.length}`;
  response.writeHead(begin > 0 ? 206 : 200, {
    etag: '"one"',
    "content-length": bytes.length - begin,
    ...(begin > 0 ? { "content-range": range } : {}),
  });
  response.end(bytes.subarray(begin));
};
/** Half of it, and then the connection is gone. */
const cut: Answer = (response) => {
  response.writeHead(200, { etag: '"one"', "content-length": bytes.length });
  response.write(bytes.subarray(0, HALF), () => setImmediate(() => response.destroy()));
};

describe("a model from the network", () => {
  let server: Server;
  let address: string;
  let answers: Answer[] = [];
  let asked: IncomingMessage["headers"][] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers);
      // The last answer is given for ever.
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) as Answer;
      answer(response, request);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked = [];
  });

  async function labelOf(source: Parameters<typeof load>[0], options: Parameters<typeof load>[1] = {}) {
    const model = await load(source, options);
    const [answer] = await model.classify([Float32Array.of(255, 0, 0, 0)]);
    await model.close();
    return answer?.label;
  }

  it("comes by its address, a URL, a Request, and a Response", async () => {
    answers = [file];
    const sources = [address, new URL(address), new Request(address), await fetch(address)];
    for (const source of sources) expect(await labelOf(source)).toBe("left");
  });

  it.each<[string, () => Parameters<typeof load>[0]]>([
    ["bytes", () => bytes],
    ["an ArrayBuffer", () => bytes.slice().buffer],
    ["a view with an offset", () => new DataView(Uint8Array.of(7, ...bytes).buffer, 1)],
    ["a Blob", () => new Blob([bytes])],
    ["a File", () => new File([bytes], "mine.onnx")],
    ["a stream", () => new Blob([bytes]).stream()],
  ])("comes as %s", async (_, source) => {
    expect(await labelOf(source())).toBe("left");
  });

  it("tells how much of it has come", async () => {
    answers = [file];
    const told: Progress[] = [];
    await labelOf(address, { onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toEqual({ bytes: bytes.length, total: bytes.length });
    const blob: Progress[] = [];
    await labelOf(new Blob([bytes]), { onProgress: (progress) => blob.push(progress) });
    expect(blob.at(-1)).toEqual({ bytes: bytes.length, total: bytes.length });
  });

  it("is continued where it broke, if it is the same file still", async () => {
    answers = [cut, file];
    expect(await labelOf(address, { passport: tinyPassport(), remember: false })).toBe("left");
    expect(asked.map(({ range, "if-range": same }) => [range, same])).toEqual([
      [undefined, undefined],
      [`bytes=${HALF}-`, '"one"'],
    ]);
  });

  it("is begun again where the server has another file, or says nothing of which it is", async () => {
    const other: Answer = (response) => {
      response.writeHead(200, { etag: '"two"', "content-length": bytes.length });
      response.end(bytes);
    };
    answers = [cut, other];
    expect(await labelOf(address, { passport: tinyPassport(), remember: false })).toBe("left");
    answers = [
      (response) => {
        response.writeHead(200, { "content-length": bytes.length });
        response.write(bytes.subarray(0, HALF), () => setImmediate(() => response.destroy()));
      },
      file,
    ];
    asked = [];
    expect(await labelOf(address)).toBe("left");
    expect(asked.map(({ range }) => range)).toEqual([undefined, undefined]);
  });

  it("is begun again where the server has no such part", async () => {
    answers = [cut, (response) => void response.writeHead(416).end(), file];
    expect(await labelOf(address)).toBe("left");
    expect(asked.map(({ range }) => range)).toEqual([undefined, `bytes=${HALF}-`, undefined]);
  });

  it("is given up where the connection breaks again and again without anything new", async () => {
    const nothing: Answer = (response) => {
      response.writeHead(200, { etag: '"one"', "content-length": bytes.length });
      response.flushHeaders();
      setImmediate(() => response.destroy());
    };
    answers = [nothing];
    await expect(load(address)).rejects.toMatchObject({
      code: "E_DOWNLOAD",
      message: expect.stringContaining(`0 of ${bytes.length} bytes`),
    });
    expect(asked).toHaveLength(4);
  });

  it("that breaks inside a response of the app's own is an error by code, as there is nothing to ask again", async () => {
    answers = [cut];
    const response = await fetch(address);
    await expect(load(response)).rejects.toMatchObject({ code: "E_DOWNLOAD" });
    await expect(load(response)).rejects.toMatchObject({ code: "E_MODEL_NOT_FOUND" });
  });

  it("that does not come in its time is an error, and the connection is closed", async () => {
    const closed = new Promise<void>((resolve) => {
      answers = [(response) => void response.on("close", resolve).writeHead(200).flushHeaders()];
    });
    await expect(load(address, { timeoutMs: 100 })).rejects.toMatchObject({ code: "E_TIMEOUT", exit: 2 });
    await closed;
  });

  it("is aborted by its signal, whatever the server does", async () => {
    const controller = new AbortController();
    answers = [
      (response) => {
        response.writeHead(200).flushHeaders();
        controller.abort("enough");
      },
    ];
    const { signal } = controller;
    await expect(load(address, { signal })).rejects.toMatchObject({ code: "E_ABORTED", cause: "enough" });
    const stream = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
    await expect(load(stream, { signal })).rejects.toMatchObject({ code: "E_ABORTED" });
  });

  it.each<[string, Answer, string, RegExp]>([
    ["404", (response) => void response.writeHead(404).end(), "E_MODEL_NOT_FOUND", /HTTP 404/],
    ["500", (response) => void response.writeHead(500).end("oh"), "E_MODEL_NOT_FOUND", /HTTP 500/],
    [
      "an HTML page with 200",
      (response) => void response.writeHead(200).end("<!doctype html><title>App</title>"),
      "E_ONNX_INVALID",
      /HTML page/,
    ],
    ["nothing", (response) => void response.writeHead(200).end(), "E_ONNX_INVALID", /is empty/],
    [
      "3 GB",
      (response) => void response.writeHead(200, { "content-length": 3e9 }).flushHeaders(),
      "E_ONNX_INVALID",
      /has 3000000000 bytes/,
    ],
  ])("is refused by code where the server gives %s", async (_, answer, code, words) => {
    answers = [answer];
    await expect(load(address)).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
    // With a passport too: the hash of an error page would say less.
    const refused = load(address, { passport: tinyPassport() });
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
  });

  it("is refused by code where no server listens", async () => {
    await expect(load("http://127.0.0.1:9/model.onnx")).rejects.toMatchObject({ code: "E_MODEL_NOT_FOUND" });
  });

  it.each([null, undefined, 7, {}, []])("is not %p", async (source) => {
    const refused = await load(source as never).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CongruentError);
    expect(refused).toMatchObject({ code: "E_SOURCE", exit: 2 });
  });
});
