import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { findWasm } from "./find-wasm.js";

describe("findWasm", () => {
  const server = createServer((request, response) => {
    const [, folder] = (request.url ?? "").split("/");
    if (folder === "good") response.writeHead(200, { "content-type": "application/wasm" });
    else if (folder === "no-head") response.writeHead(405);
    else if (folder === "app") response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    else response.writeHead(404);
    response.end();
  });
  let origin: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  it.each(["good", "no-head"])("takes a folder whose files are there: %s", async (folder) => {
    expect(await findWasm(`${origin}/${folder}`, "ort")).toBe(`${origin}/${folder}/`);
    expect(await findWasm(`${origin}/${folder}/`, "ort")).toBe(`${origin}/${folder}/`);
  });

  it.each([
    ["bad", "HTTP 404"],
    ["app", "it is an HTML page"],
  ])("refuses a folder without them, with the address: %s", async (folder, why) => {
    await expect(findWasm(`${origin}/${folder}`, "ort")).rejects.toMatchObject({
      code: "E_WASM_NOT_FOUND",
      message: expect.stringMatching(new RegExp(`${folder}/ort\\.(wasm|mjs) cannot be read: ${why}`)),
    });
  });
});
