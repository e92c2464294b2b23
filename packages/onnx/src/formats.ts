const magics: readonly (readonly [prefix: string, name: string])[] = [
  ["\x89HDF", "an HDF5 file (a Keras model?)"],
  ["PK\x03\x04", "a zip archive (a .keras, .npz or PyTorch file?)"],
  ["\x1f\x8b", "a gzip archive"],
  ["\x89PNG", "a PNG picture"],
  ["\xff\xd8\xff", "a JPEG picture"],
  ["version https://git-lfs", "a Git LFS pointer (run git lfs pull)"],
];

/**
 * What kind of file bytes are, where it is a kind that people give instead of ONNX by mistake; null otherwise. No ONNX file
 * begins like one of these: its first byte is the tag of a field that ModelProto has.
 */
export function guessFormat(bytes: Uint8Array): string | null {
  const begin = latin1(bytes.subarray(0, 512)).replace(/^\xef\xbb\xbf/, "");
  const magic = magics.find(([prefix]) => begin.startsWith(prefix));
  if (magic) return magic[1];
  const text = begin.trimStart();
  if (/^<(!doctype html|html|head|body)\b/i.test(text)) return "an HTML page (an error page of a download?)";
  if (text.startsWith("<?xml")) return "an XML file";
  if (/^\{\s*("|\}|$)/.test(text) || /^\[\s*["[{\d\]-]/.test(text)) return "a JSON file";
  return null;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
