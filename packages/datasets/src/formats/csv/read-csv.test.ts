/** @needs oracle */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { CongruentError } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import { timeLimits } from "@congruent/core/testing";
import { runPython } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { CsvImageReader, type CsvImages, type ReadCsvOptions } from "./csv-images.js";
import { readCsv, readCsvFile } from "./read-csv.js";

jest.setTimeout(timeLimits.programs);

const bytesOf = (text: string) => new TextEncoder().encode(text);
const plain = ({ split }: CsvImages) => ({
  dims: split.images.dims,
  pixels: [...split.images.data],
  labels: [...split.labels],
});
const read = (text: string, options?: ReadCsvOptions) => plain(readCsv(bytesOf(text), options));

/** Two images of 2 × 2. */
const expected = { dims: [2, 2, 2, 1], pixels: [0, 255, 7, 10, 1, 2, 3, 4], labels: [5, 9] };
const rows = ["5,0,255,7,10", "9,1,2,3,4"];

describe("readCsv", () => {
  it.each([
    ["plain rows", `${rows.join("\n")}\n`],
    ["no line end behind the last row", rows.join("\n")],
    ["Windows line ends", `${rows.join("\r\n")}\r\n`],
    ["the line ends of old Macs", `${rows.join("\r")}\r`],
    ["a byte order mark", `\uFEFF${rows.join("\n")}`],
    ["blank last lines", `${rows.join("\n")}\n\n\n  \n`],
    ["blank lines anywhere", `\n\r\n${rows.join("\n\n")}\n`],
    ["quotes", '"5","0","255","7","10"\n9,"1",2,"3",4'],
    ["a line end between quotes", '5,"0\n",255,7,10\n9,1,2,3,4'],
    ["spaces and signs", " 5 ,0, 255,+7,10\n9,1,2,3,04"],
    ["whole numbers written as others", "5,0.0,2.55e2,7.,10\n9,1,2,3,4"],
  ])("understands %s", (_, text) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ["names", "label,a,b,c,d", true],
    ["a name and numbers that count", "label,0,1,2,3", true],
    ["quoted names", '"label","pixel 0, left","b","c","d"', true],
    ["numbers that count, too few to be sure", "0,1,2,3,4", false],
  ])("looks for a header: %s", (_, first, isHeader) => {
    const { header, split, headerLooksLikeImage } = readCsv(bytesOf([first, ...rows].join("\n")));
    expect(header?.length ?? 0).toBe(isHeader ? 5 : 0);
    expect(split.labels.length).toBe(isHeader ? 2 : 3);
    expect(headerLooksLikeImage).toBe(false);
  });

  it("takes columns counted by pandas for names: no pixel is 256", () => {
    const columns = Array.from({ length: 290 }, (_, i) => i);
    const text = [columns, columns.map((i) => i % 10)].map((row) => row.join(",")).join("\n");
    expect(read(text).dims).toEqual([1, 17, 17, 1]);
  });

  it("reads the first image as a header where it is told so, and says it", () => {
    const found = readCsv(bytesOf(rows.join("\n")), { header: "yes" });
    expect(plain(found)).toEqual({ dims: [1, 2, 2, 1], pixels: [1, 2, 3, 4], labels: [9] });
    expect(found.headerLooksLikeImage).toBe(true);
  });

  it("finds the label by name, by position and by what it is usually called", () => {
    const text = (name: string) => `a,b,${name},c,d\n0,255,5,7,10\n1,2,9,3,4\n`;
    expect(read(text("CLASS"))).toEqual(expected);
    expect(read(text("digit"), { labelColumn: "digit" })).toEqual(expected);
    expect(read(text("digit"), { labelColumn: 2 })).toEqual(expected);
    expect(read(text("digit"), { labelColumn: -3 })).toEqual(expected);
    const indexed = `,label,a,b,c,d\n0,${rows[0]}\n1,${rows[1]}\n`;
    expect(read(indexed, { ignoreColumns: [0] })).toEqual(expected);
  });

  it("knows classes by name, by index, and by name where the names are other numbers", () => {
    const images = ["0,0,0,0", "0,0,0,0"];
    const labels = (cells: string[], names: string[]) =>
      read(cells.map((cell, i) => `${cell},${images[i]}`).join("\n"), { header: "no", labels: names }).labels;
    expect(labels(["Bag", "0"], ["Coat", "Bag"])).toEqual([1, 0]);
    expect(labels(["5", "3"], ["3", "5"])).toEqual([1, 0]);
  });

  it("takes other delimiters and other sizes", () => {
    expect(read("5;0;255;7;10\n9;1;2;3;4", { delimiter: ";" })).toEqual(expected);
    expect(read("1,2,3,4\n", { size: [1, 1, 3] }).dims).toEqual([1, 1, 1, 3]);
  });

  it("counts missing values as pandas knows them, and fills them where told", () => {
    const text = "label,a,b,c,d\n5,0,,7,NA\n9,1,nan,3,4\n";
    const counted = readCsv(bytesOf(text), { missing: "count" });
    expect(counted.missing).toEqual({
      total: 3,
      columns: [
        { column: "b", count: 2 },
        { column: "d", count: 1 },
      ],
      first: [
        { row: 1, column: 3 },
        { row: 1, column: 5 },
        { row: 2, column: 3 },
      ],
    });
    expect(read(text, { missing: 9 }).pixels).toEqual([0, 9, 7, 9, 1, 9, 3, 4]);
    expect([...readCsv(bytesOf("5,0,0,0,0\n,0,0,0,0"), { missing: "count" }).split.labels]).toEqual([5, -1]);
  });
});

const wide = bytesOf("5,0,0,0,0\n");
const bad: [string, string | Uint8Array, string, RegExp, ReadCsvOptions?][] = [
  ["nothing", "", "E_CSV_EMPTY", /bad\.csv has no rows/],
  ["blank lines alone", "\n\n \n", "E_CSV_EMPTY", /no rows/],
  ["a header alone", "label,a,b,c,d\n", "E_CSV_EMPTY", /a header and no row below it/],
  [
    "a short row",
    "5,0,0,0,0\n9,1,2,3\n",
    "E_CSV_ROW_LENGTH",
    /bad\.csv, row 2 \(line 2\), column 4: the row is too short: 4 cells/,
  ],
  [
    "a long row",
    "5,0,0,0,0\n\n9,1,2,3,4,5",
    "E_CSV_ROW_LENGTH",
    /row 2 \(line 3\), column 5: the row is too long: 6 cells/,
  ],
  ["text", "5,0,0,0,0\n9,1,two,3,4", "E_CSV_TEXT", /row 2 \(line 2\), column 3: "two" is no number/],
  ["text in the first row", "5,0,x,0,0\n9,1,2,3,4", "E_CSV_TEXT", /row 1 \(line 1\), column 3/],
  [
    "a pixel of 300",
    "label,a,b,c,d\n5,0,0,300,0",
    "E_CSV_PIXEL",
    /row 1 \(line 2\), column 4 \("c"\): "300"/,
  ],
  ["a pixel of -1", "5,0,0,0,0\n5,-1,0,0,0", "E_CSV_PIXEL", /column 2: "-1" is no pixel/],
  ["a pixel of 1.5", "5,0,0,0,0\n5,0,0,0,1.5", "E_CSV_PIXEL", /column 5: "1.5" is no pixel/],
  ["hexadecimal", "5,0,0,0,0\n5,0,0,0,0x1", "E_CSV_TEXT", /"0x1"/],
  [
    "a label beyond the classes",
    "1,0,0,0,0\n2,0,0,0,0",
    "E_CSV_LABEL",
    /row 2 .*column 1: "2" names no class/,
    { labels: ["a", "b"] },
  ],
  ["a negative label", "1,0,0,0,0\n-2,0,0,0,0", "E_CSV_LABEL", /column 1: "-2"/],
  ["a label of 1.5", "1,0,0,0,0\n1.5,0,0,0,0", "E_CSV_LABEL", /column 1: "1.5"/],
  ["a name that is no class's", "1,0,0,0,0\ncat,0,0,0,0", "E_CSV_LABEL", /"cat" names no class/],
  ["five pixels", "1,0,0,0,0,0\n", "E_CSV_SHAPE", /5 columns of pixels, which make no square/],
  ["another size", "1,0,0,0,0\n", "E_CSV_SHAPE", /4 columns of pixels/, { size: [3, 2, 1] }],
  ["another delimiter", "1;0;0;0;0\n", "E_CSV_SHAPE", /0 columns of pixels/],
  [
    "missing values",
    "1,0,,0,0\n2,,,0,0",
    "E_CSV_MISSING",
    /3 values are missing, in 2 columns \(2: 1, 3: 2\), first in row 1, column 3/,
  ],
  ["Latin-1", Uint8Array.of(...wide, 0x35, 0x2c, 0xe9), "E_CSV_ENCODING", /row 2 \(line 2\)/],
  ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x35, 0), "E_CSV_ENCODING", /UTF-16/],
  ["a NUL byte", Uint8Array.of(...wide, 0x35, 0, 0x0a), "E_CSV_NUL", /row 2 \(line 2\): there is a NUL byte/],
  [
    "a quote that stays open",
    '5,0,0,0,0\n9,1,"2,3,4\n1,2,3,4,5\n',
    "E_CSV_QUOTE",
    /row 2 \(line 2\), column 3: a quote is opened and never closed/,
  ],
  ["a quote inside a cell", '5,0,0,0,0\n9,1,2",3",4\n', "E_CSV_QUOTE", /row 2 \(line 2\)/],
  ["text behind a quote", '5,0,0,0,0\n9,1,"2"2,3,4\n', "E_CSV_QUOTE", /row 2 \(line 2\)/],
  [
    "a label column by name without header",
    "5,0,0,0,0\n",
    "E_CSV_COLUMN",
    /no header/,
    { labelColumn: "label" },
  ],
  [
    "a label column that is not there",
    "label,a,b,c,d\n5,0,0,0,0\n",
    "E_CSV_COLUMN",
    /no column called "digit"/,
    { labelColumn: "digit" },
  ],
  ["a position beyond the columns", "5,0,0,0,0\n", "E_CSV_COLUMN", /no column 5/, { labelColumn: 5 }],
  [
    "names that say nothing of a label",
    "a,b,c,d,e\n5,0,0,0,0\n",
    "E_CSV_LABEL_COLUMN",
    /none of the columns/,
  ],
  ["a label that is to be ignored", "5,0,0,0,0\n", "E_CSV_COLUMN", /to be ignored/, { ignoreColumns: [0] }],
];

describe("bad CSV files are refused, with file, row and column", () => {
  // Not spread into parameters: Jest takes one more than a row has values for its `done`.
  it.each(bad.map((one) => [one[0], one] as const))("%s", (_, [, content, code, what, options]) => {
    const bytes = typeof content === "string" ? bytesOf(content) : content;
    const error = refusal(() => readCsv(bytes, { name: "bad.csv", ...options }));
    expect({ code: error.code, exit: error.exit }).toEqual({ code, exit: 2 });
    expect(error.what).toMatch(what);
    expect(error.what).toContain("bad.csv");
    expect(error.fix).toBeTruthy();
  });
});

function refusal(action: () => unknown): CongruentError {
  try {
    action();
  } catch (error) {
    if (error instanceof CongruentError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** A cell as people write numbers: plain, quoted, with spaces, as a decimal; or something that is not one. */
const cell = (n: number) =>
  fc.oneof(
    { arbitrary: fc.constant(String(n)), weight: 30 },
    fc.constantFrom(`"${n}"`, ` ${n}`, `${n} `, `${n}.0`, `+${n}`, `0${n}`, `"${n}\n"`, `${n}e0`),
    {
      arbitrary: fc.constantFrom("", "NA", "x", "256", "-1", "0.5", '"', 'a"b', "é", "1,", "1e3"),
      weight: 1,
    },
  );
const documents = fc
  .tuple(
    fc.array(fc.array(fc.nat(255), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
    fc.constantFrom("\n", "\r\n", "\r"),
  )
  .chain(([numbers, end]) =>
    fc
      .tuple(...numbers.map((row) => fc.tuple(...row.map(cell)).map((cells) => cells.join(","))))
      .chain((lines) =>
        fc
          .tuple(
            fc.constantFrom("", end, end + end),
            fc.constantFrom("", "\uFEFF"),
            fc.array(fc.nat(lines.length), { maxLength: 2 }),
          )
          .map(([tail, mark, blanks]) => {
            const spread = lines.flatMap((line, i) => (blanks.includes(i) ? ["", line] : [line]));
            return mark + spread.join(end) + tail;
          }),
      ),
  );

/** The whole text by csv-parse alone, and each cell by what this reader promises; null where either refuses. */
function byLibrary(text: string) {
  let table: string[][];
  try {
    table = parse(text, { bom: true, skip_empty_lines: true, record_delimiter: ["\r\n", "\n", "\r"] });
  } catch {
    return null; // what the library refuses, the reader must refuse
  }
  const cells = table.map((row) =>
    row.map((one) => (/^\s*[+-]?\d+\.?\d*(e\d+)?\s*$/.test(one) ? Number(one) : Number.NaN)),
  );
  const good = cells.flat().every((value) => Number.isInteger(value) && value >= 0);
  if (!good || table.length === 0 || cells.some((row) => row.slice(1).some((value) => value > 255)))
    return null;
  return { labels: cells.map(([label]) => label), pixels: cells.flatMap((row) => row.slice(1)) };
}

describe("the fast path", () => {
  it("gives what csv-parse gives for the whole text, or both refuse", () => {
    let accepted = 0;
    fc.assert(
      fc.property(documents, (text) => {
        const wanted = byLibrary(text);
        if (wanted === null) {
          refusal(() => readCsv(bytesOf(text), { header: "no" }));
          return;
        }
        accepted++;
        const { labels, pixels } = read(text, { header: "no" });
        expect({ labels, pixels }).toEqual(wanted);
      }),
      { seed: 7, numRuns: 1000, endOnFailure: true },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it("does not care how the bytes come in pieces", () => {
    fc.assert(
      fc.property(documents, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (text, sizes) => {
        const bytes = bytesOf(text);
        const inPieces = () => {
          const reader = new CsvImageReader({ header: "no", missing: "count" }, () => 100);
          for (let at = 0; at < bytes.length; ) {
            const size = sizes.next().value as number;
            reader.push(bytes.slice(at, at + size));
            at += size;
          }
          return plain(reader.end());
        };
        const outcome = (action: () => unknown) => {
          try {
            return action();
          } catch (error) {
            if (error instanceof CongruentError) return error.message;
            throw error;
          }
        };
        const whole = outcome(() => read(text, { header: "no", missing: "count" }));
        expect(outcome(inPieces)).toEqual(whole);
      }),
      { seed: 8, numRuns: 500, endOnFailure: true },
    );
  });

  it("refuses bytes of any kind with a coded error, or reads them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          readCsv(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CongruentError);
        }
      }),
      { seed: 9, numRuns: 1000, endOnFailure: true },
    );
  });
});

describe("readCsvFile", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "congruent-csv-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("reads what Python's csv module and NumPy read, from files of more than one piece", async () => {
    const width = 785;
    const table = Array.from({ length: 800 }, (_, row) =>
      Array.from({ length: width }, (_, column) =>
        column === 0 ? row % 10 : (row * 31 + column * 17) % 256,
      ),
    );
    const files = {
      "plain.csv": table.map((row) => `${row.join(",")}\n`).join(""),
      "windows.csv": `\uFEFF${table.map((row) => row.join(",")).join("\r\n")}\r\n\r\n`,
      "quoted.csv": table
        .slice(0, 200)
        .map((row) => row.map((n) => `"${n}"`).join(","))
        .join("\n"),
      "mixed.csv": table
        .slice(0, 300)
        .map((row, i) => row.map((n) => (i % 3 === 0 ? n.toFixed(1) : n)).join(","))
        .join("\n"),
    };
    const paths = await Promise.all(
      Object.entries(files).map(async ([name, text]) => {
        await writeFile(join(folder, name), text);
        return join(folder, name);
      }),
    );
    const { stdout } = await runPython({
      environment: "oracle",
      args: [fileURLToPath(new URL("../../../oracle/read_csv.py", import.meta.url))],
      input: JSON.stringify({ paths, header: false }),
      timeoutMs: 120_000,
    });
    const answers = JSON.parse(stdout) as { rows: number; labels: number[]; pixels: string }[];
    for (const [i, path] of paths.entries()) {
      const { split } = await readCsvFile(path);
      const answer = answers[i] as (typeof answers)[number];
      expect(split.images.dims).toEqual([answer.rows, 28, 28, 1]);
      expect([...split.labels]).toEqual(answer.labels);
      expect(Buffer.compare(split.images.data, Buffer.from(answer.pixels, "base64"))).toBe(0);
    }
  }, 180_000);

  it("unpacks gzip, and hashes what comes out", async () => {
    const text = `${rows.join("\n")}\n`;
    await writeFile(join(folder, "rows.csv"), text);
    await writeFile(join(folder, "rows.csv.gz"), gzipSync(text));
    const found = await readCsvFile(join(folder, "rows.csv.gz"));
    expect(found).toEqual(await readCsvFile(join(folder, "rows.csv")));
    expect(plain(found)).toEqual(expected);
    expect(found.sha256).toBe(sha256(text));
  });

  it("says where a file is not there, or its gzip is damaged", async () => {
    await writeFile(join(folder, "cut.csv.gz"), gzipSync(rows.join("\n")).subarray(0, 20));
    await expect(readCsvFile(join(folder, "cut.csv.gz"))).rejects.toMatchObject({ code: "E_GZIP", exit: 2 });
    await expect(readCsvFile(join(folder, "no.csv"))).rejects.toMatchObject({ code: "E_NOT_FOUND", exit: 2 });
    await expect(readCsvFile(folder)).rejects.toMatchObject({ code: "E_NOT_FOUND" });
  });
});
