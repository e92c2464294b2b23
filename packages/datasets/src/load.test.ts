import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { CongruentError } from "@congruent/core";
import { ownScript } from "@congruent/core/process";
import { itIf, timeLimits } from "@congruent/core/testing";
import { afterAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { loadDataset } from "./load.js";
import type { LoadEvent } from "./obtain.js";
import { folder } from "./places/folder.js";
import { mirror } from "./places/mirror.js";
import { tinySource, withServer } from "./testing.js";

jest.setTimeout(timeLimits.programs);

const source = tinySource();
const bytesOf = (path: string) => source.contents.get(path.replace(/^\/|\.gz$/g, ""))!;

describe("loadDataset", () => {
  const made: string[] = [];
  let cacheDir: string;
  let events: LoadEvent[];
  const progress = (event: LoadEvent) => events.push(event);
  const notices = () => events.flatMap((event) => (event.kind === "notice" ? [event.message] : []));
  const readyFrom = () => events.flatMap((event) => (event.kind === "ready" ? [event.place] : []));
  beforeEach(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), "congruent-load-"));
    made.push(cacheDir);
    events = [];
  });
  afterAll(async () => {
    for (const path of made) await rm(path, { recursive: true, force: true });
  });

  it("downloads packed files once, and then reads the cache", async () => {
    const asked: string[] = [];
    await withServer(
      (request, response) => {
        asked.push(request.url!);
        response.end(gzipSync(bytesOf(request.url!)));
      },
      async (url) => {
        const first = await loadDataset(source, { cacheDir, progress, places: [mirror(url)] });
        expect(first.train.images.dims).toEqual([6, 3, 2, 1]);
        expect([...first.test.labels]).toEqual([2, 2, 1, 0]);
        expect(asked.sort()).toEqual(source.files.map(({ name }) => `/${name}.gz`).sort());
        expect(readyFrom()).toEqual([url, url, url, url]);
        expect(events).toContainEqual(expect.objectContaining({ kind: "download", place: url }));
        const second = await loadDataset(source, { cacheDir, places: [mirror(url)] });
        expect(asked.length).toBe(4);
        expect(second).toEqual(first);
      },
    );
    for (const [name, bytes] of source.contents) {
      expect(new Uint8Array(await readFile(join(cacheDir, "tiny", name)))).toEqual(bytes);
    }
    expect((await readdir(join(cacheDir, "tiny"))).length).toBe(4);
  });

  it("also takes files that a server unpacks on the way", async () => {
    await withServer(
      (request, response) => {
        response.setHeader("content-encoding", "gzip");
        response.end(gzipSync(bytesOf(request.url!)));
      },
      async (url) => {
        const dataset = await loadDataset(source, { cacheDir, places: [mirror(url)] });
        expect(dataset.train.labels.length).toBe(6);
      },
    );
  });

  it("asks the next mirror when one sends other bytes, a bomb, half a file or an error", async () => {
    const bad = {
      "wrong checksum": () => gzipSync("something else"),
      "unpacks to more than": () => gzipSync(new Uint8Array(1e6)),
      "not a whole gzip file": (whole: Uint8Array) => gzipSync(whole).subarray(0, -10),
      "more than the": () => Buffer.alloc(1e6),
      "HTTP 404": () => null,
    };
    for (const [reason, spoil] of Object.entries(bad)) {
      events = [];
      await rm(join(cacheDir, "tiny"), { recursive: true, force: true });
      await withServer(
        (request, response) => {
          const [, kind, name] = request.url!.split("/");
          const body = kind === "bad" ? spoil(bytesOf(name!)) : gzipSync(bytesOf(name!));
          if (body === null) response.statusCode = 404;
          response.end(body ?? "");
        },
        async (url) => {
          const places = [mirror(`${url}bad/`), mirror(`${url}good/`)];
          const dataset = await loadDataset(source, { cacheDir, progress, places });
          expect(dataset.test.labels.length).toBe(4);
          expect(readyFrom()).toEqual(new Array(4).fill(`${url}good/`));
          expect(notices()[0]).toContain(reason);
        },
      );
    }
  });

  it("gives up a server that falls silent", async () => {
    await withServer(
      (_request, response) => {
        response.write("x");
      },
      async (url) => {
        const silent = loadDataset(source, { cacheDir, places: [mirror(url, 100)] });
        await expect(silent).rejects.toThrow("no answer for 0.1 s");
      },
    );
  });

  it("when nothing helps, names each place and why, and leaves nothing behind", async () => {
    await withServer(
      (_request, response) => {
        response.end(gzipSync("no"));
      },
      async (url) => {
        const gone = "http://127.0.0.1:1/";
        const places = [folder(join(cacheDir, "nowhere"), "install it"), mirror(gone), mirror(url)];
        const error: unknown = await loadDataset(source, { cacheDir, places }).catch((e: unknown) => e);
        expect(error).toBeInstanceOf(CongruentError);
        const { code, exit, message } = error as CongruentError;
        expect([code, exit]).toEqual(["E_DATASET_UNAVAILABLE", 3]);
        expect(message).toContain("train-images-idx3-ubyte of Tiny could not be fetched from any place");
        expect(message).toMatch(/tiny.train-images-idx3-ubyte: not there/);
        expect(message).toMatch(/nowhere: neither train-images-idx3-ubyte nor .* is there/);
        expect(message).toMatch(/127\.0\.0\.1:1\/: .*(bad port|ECONNREFUSED)/);
        expect(message).toContain(`${url}: wrong checksum (SHA-256 `);
        expect(message).toMatch(
          /fix: install it, or connect this machine to the internet, or put the file at /,
        );
      },
    );
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it("asks no server when offline", async () => {
    const fetch = () => {
      throw new Error("asked");
    };
    await expect(
      loadDataset(source, { cacheDir, offline: true, fetch, places: [mirror("https://mirror.example/")] }),
    ).rejects.toThrow("https://mirror.example/: not asked, because offline was demanded");
  });

  it("replaces a damaged file in the cache and says so", async () => {
    const shelf = await filled(join(cacheDir, "shelf"), (bytes) => gzipSync(bytes), ".gz");
    await loadDataset(source, { cacheDir, places: [folder(shelf)] });
    const cached = join(cacheDir, "tiny", "train-labels-idx1-ubyte");
    const good = await readFile(cached);
    for (const spoilt of [good.subarray(0, 3), Buffer.concat([good, good]), Buffer.alloc(good.length)]) {
      await writeFile(cached, spoilt);
      events = [];
      await loadDataset(source, { cacheDir, progress, places: [folder(shelf)] });
      expect(notices()).toEqual([expect.stringContaining(`${cached} is not used and will be replaced`)]);
      expect(await readFile(cached)).toEqual(good);
    }
  });

  it("uses right data without a cache that can be written, and says so", async () => {
    const shelf = await filled(join(cacheDir, "shelf"), (bytes) => bytes, "");
    const blocked = join(cacheDir, "a-file");
    await writeFile(blocked, "");
    const dataset = await loadDataset(source, { cacheDir: blocked, progress, places: [folder(shelf)] });
    expect(dataset.train.labels.length).toBe(6);
    expect(notices().length).toBe(4);
    expect(notices()[0]).toMatch(/^train-images-idx3-ubyte is used without being cached: could not write/);
    expect(await readFile(blocked, "utf8")).toBe("");
  });

  const isRoot = process.getuid?.() === 0;
  itIf(!isRoot, "root may write everywhere")("the same with a read-only folder (not as root)", async () => {
    const shelf = await filled(join(cacheDir, "shelf"), (bytes) => bytes, "");
    const locked = join(cacheDir, "locked");
    await mkdir(locked, { mode: 0o555 });
    await loadDataset(source, { cacheDir: locked, progress, places: [folder(shelf)] });
    expect(notices()[0]).toContain("its permissions forbid it");
    expect(await readdir(locked)).toEqual([]);
    await chmod(locked, 0o755);
  });

  it("uses right data when the disk fills up half-way, and leaves no half-written file", async () => {
    const { path, execArgv } = ownScript(new URL("./index.js", import.meta.url));
    const index = pathToFileURL(path).href;
    const script = `
      const { loadDataset } = await import(${JSON.stringify(index)});
      const progress = (event) => event.kind === "notice" && console.log(event.message);
      const { train } = await loadDataset("mnist", { cacheDir: process.argv[1], offline: true, progress });
      console.log(train.images.dims.join());`;
    // A limit of 100 to 200 KiB on written files stops the 47 MB of images as a full disk would, in mid-write.
    const shell = 'ulimit -f 200; exec "$@"';
    const program = [process.execPath, ...execArgv, "--input-type=module", "-e", script, cacheDir];
    const { stdout } = await promisify(execFile)("sh", ["-c", shell, "sh", ...program]);
    expect(stdout).toMatch(
      /train-images-idx3-ubyte is used without being cached: could not write .*: it is larger than files may be here/,
    );
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("60000,28,28,1");
    expect(await readdir(join(cacheDir, "mnist"))).toEqual([
      "t10k-labels-idx1-ubyte",
      "train-labels-idx1-ubyte",
    ]);
  });

  it("refuses files that do not fit together", async () => {
    const images = source.contents.get("train-images-idx3-ubyte")!;
    const cases = {
      E_DATASET_COUNT: {
        parse: () => ({ ...split(), train: { ...split().train, labels: new Uint8Array(5) } }),
      },
      E_LABEL_RANGE: { labels: ["a", "b"] },
      E_DATASET_SHAPE: { height: 4 },
      E_DATASET_EMPTY: {
        parse: () => ({
          ...split(),
          test: {
            images: { data: new Uint8Array(0), dims: [0, 3, 2, 1], dtype: "uint8" as const },
            labels: new Uint8Array(0),
          },
        }),
      },
      E_IDX_SHAPE: {
        parse: () => source.parse(new Map(source.contents).set("train-labels-idx1-ubyte", images)),
      },
    };
    const split = () => source.parse(source.contents);
    const shelf = await filled(join(cacheDir, "shelf"), (bytes) => bytes, "");
    for (const [code, changes] of Object.entries(cases)) {
      const load = loadDataset(tinySource(changes), { cacheDir, places: [folder(shelf)] });
      await expect(load).rejects.toMatchObject({ code });
    }
  });

  async function filled(
    path: string,
    pack: (bytes: Uint8Array) => Uint8Array,
    ending: string,
  ): Promise<string> {
    await mkdir(path, { recursive: true });
    for (const [name, bytes] of source.contents) await writeFile(join(path, name + ending), pack(bytes));
    return path;
  }
});
