import { readCsvFile } from "../../formats/csv/read-csv.js";
import { describedSize, type FilesOf, type LocalReader } from "./reader.js";

/** Two CSV files, one image a row. */
export const csv: LocalReader = async (description, pathOf) => {
  const { format, train, test, ...options } = description.files as FilesOf<"csv">;
  const read = async (file: string) => {
    const found = await readCsvFile(pathOf(file), {
      ...options,
      size: describedSize(description),
      labels: description.labels,
    });
    return { file, ...found };
  };
  const files = [await read(train), await read(test)] as const;
  return {
    train: files[0].split,
    test: files[1].split,
    sha256: Object.fromEntries(files.map(({ file, sha256 }) => [file, sha256])),
    notices: files.flatMap(({ file, headerLooksLikeImage }) =>
      headerLooksLikeImage ? [lostNotice(file)] : [],
    ),
  };
};

/** What is said where an image was taken for a header. */
export function lostNotice(file: string): string {
  return `the first row of ${file} was read as a header, as asked, but looks like an image: that image is lost`;
}
