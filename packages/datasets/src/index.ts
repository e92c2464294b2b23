export { defaultCacheDir } from "./cache.js";
export type { DatasetFile } from "./dataset-file.js";
export type { CsvImages, ReadCsvOptions } from "./formats/csv/csv-images.js";
export { missingText } from "./formats/csv/missing.js";
export { type CsvFile, readCsv, readCsvFile } from "./formats/csv/read-csv.js";
export { writeCsv } from "./formats/csv/write-csv.js";
export { type GunzipOptions, gunzip } from "./formats/gzip.js";
export { type IdxType, readIdx, writeIdx } from "./formats/idx.js";
export { readNpy, writeNpy } from "./formats/npy.js";
export { type ReadNpzOptions, readNpz, writeNpz } from "./formats/npz.js";
export { IDX_FILES, idxSplits } from "./idx-splits.js";
export { inspectFile, inspectLoaded, isInspectable, refuseCsvOptions } from "./inspect-data.js";
export { isSameData } from "./is-same-data.js";
export { loadDataset } from "./load.js";
export { DESCRIPTION_FILE, findLocalDataset, holdsLocalDataset, type LocalDataset } from "./local/found.js";
export { isDatasetNpz } from "./local/readers/npz.js";
export { numpyPermutation } from "./numpy-permutation.js";
export type { LoadEvent, LoadOptions } from "./obtain.js";
export { type Partition, partition } from "./partition.js";
export { folder } from "./places/folder.js";
export { mirror } from "./places/mirror.js";
export { npmPackage } from "./places/npm-package.js";
export type { Place, PlaceContext } from "./places/place.js";
export {
  checkDataset,
  type Dataset,
  type DatasetFacts,
  type DatasetSource,
  type Split,
} from "./protocol.js";
export { datasetSource, datasets, isDatasetName, registerDataset } from "./registry.js";
export { permutation, validationSplit } from "./splits.js";
export { type Subset, subsetOf } from "./subset.js";
export type { WriteFormat } from "./writers/index.js";
export { type WriteDatasetOptions, type WrittenDataset, writeDataset } from "./writers/write-dataset.js";
