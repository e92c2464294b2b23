/** A kind of file that people give instead of ONNX by mistake. */
export interface ForeignFormat {
  /** With its article: `a TensorFlow Lite model`. */
  name: string;
  /** How to get an ONNX file of the same model; null where none is known. */
  fix: string | null;
}

const TF2ONNX = "python -m tf2onnx.convert";
const TORCH: ForeignFormat = {
  name: "a PyTorch file",
  fix: "export the model from PyTorch: torch.onnx.export(model, inputs, 'model.onnx')",
};
const KERAS_FIX = "export the model from Keras: model.export('model.onnx', format='onnx'), or by tf2onnx";

const magics: readonly (readonly [prefix: string, name: string, fix?: string])[] = [
  ["\x89HDF", "an HDF5 file (a Keras model?)", KERAS_FIX],
  ["\x1f\x8b", "a gzip archive", "unpack it (gunzip)"],
  ["\x89PNG", "a PNG picture"],
  ["\xff\xd8\xff", "a JPEG picture"],
  ["version https://git-lfs", "a Git LFS pointer (run git lfs pull)"],
  ["GGUF", "a GGUF file (llama.cpp's)"],
];

/**
 * What kind of file bytes are, where it is a kind that people give instead of ONNX by mistake; null otherwise. No ONNX file
 * begins like one of these: its first byte is the tag of a field that ModelProto has.
 */
export function guessFormat(bytes: Uint8Array): ForeignFormat | null {
  const begin = latin1(bytes.subarray(0, 512)).replace(/^\xef\xbb\xbf/, "");
  if (begin.slice(4, 8) === "TFL3") {
    const fix = `convert it: ${TF2ONNX} --tflite model.tflite --output model.onnx`;
    return { name: "a TensorFlow Lite model", fix };
  }
  // ONNX Runtime's own format has its mark where every flatbuffer has it.
  if (begin.slice(4, 8) === "ORTM")
    return { name: "an ORT-format model", fix: "give the .onnx file that it was made from" };
  const magic = magics.find(([prefix]) => begin.startsWith(prefix));
  if (magic) return { name: magic[1], fix: magic[2] ?? null };
  if (begin.startsWith("PK\x03\x04")) return zipFormat(begin);
  if (bytes[0] === 0x80 && bytes[1] !== undefined && bytes[1] >= 2 && bytes[1] <= 5) {
    if (/torch|OrderedDict/.test(begin)) return TORCH;
    return {
      name: "a Python pickle (scikit-learn's?)",
      fix: "convert the model: skl2onnx.to_onnx(model, X[:1])",
    };
  }
  const text = begin.trimStart();
  if (/^<(!doctype html|html|head|body)\b/i.test(text)) {
    return { name: "an HTML page (an error page of a download?)", fix: null };
  }
  if (/^(<\?xml[^>]*>\s*)?<net\b/.test(text)) {
    return { name: "an OpenVINO model", fix: "give the ONNX file that it was converted from" };
  }
  if (text.startsWith("<?xml")) return { name: "an XML file", fix: null };
  if (/^\{\s*("|\}|$)/.test(text) || /^\[\s*["[{\d\]-]/.test(text)) return jsonFormat(bytes);
  return null;
}

/** By the name of the archive's first file, which stands behind 30 bytes. */
function zipFormat(begin: string): ForeignFormat {
  const name = begin.slice(30, 90);
  if (/^[\w.-]+\/(data\.pkl|version|byteorder|\.format_version|\.data)/.test(name)) return TORCH;
  if (/^(metadata\.json|config\.json|model\.weights\.h5)/.test(name))
    return { name: "a .keras file", fix: KERAS_FIX };
  return { name: "a zip archive (a .keras, .npz or PyTorch file?)", fix: null };
}

function jsonFormat(bytes: Uint8Array): ForeignFormat {
  const text = new TextDecoder().decode(bytes);
  if (/"format"\s*:\s*"graph-model"/.test(text)) {
    return {
      name: "the model.json of a tfjs graph model",
      fix: `convert the SavedModel that it was made from: ${TF2ONNX} --saved-model FOLDER --output model.onnx`,
    };
  }
  if (/"format"\s*:\s*"layers-model"/.test(text) || /"(modelTopology|weightsManifest)"\s*:/.test(text)) {
    return {
      name: "the model.json of a tfjs layers model",
      fix: "export it to ONNX first, and give its folder as --layers to compare both",
    };
  }
  return { name: "a JSON file", fix: null };
}

/** What a folder is, by the files in it, where it is a model of another kind; null otherwise. */
export function guessFolderFormat(files: readonly string[]): ForeignFormat | null {
  if (files.includes("saved_model.pb") || files.includes("saved_model.pbtxt")) {
    const fix = `convert it: ${TF2ONNX} --saved-model FOLDER --output model.onnx`;
    return { name: "a TensorFlow SavedModel", fix };
  }
  if (files.includes("model.json")) {
    const fix = "export it to ONNX first, and give its folder as --layers to compare both";
    return { name: "a tfjs model", fix };
  }
  return null;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
