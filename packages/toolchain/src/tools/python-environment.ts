import {
  type EnvironmentName,
  environmentDirectory,
  environmentPython,
  environmentSetup,
  readStamp,
} from "../python/environments.js";
import { probePython } from "../python/find-python.js";
import { absent, present, type Tool } from "../tool.js";

function environment(name: EnvironmentName, title: string, optional: boolean): Tool {
  return {
    name: `python-${name}`,
    title,
    optional,
    async inspect() {
      const directory = environmentDirectory(name);
      const stamp = readStamp(directory);
      if (!stamp) return absent("not set up", environmentSetup[name], directory);
      const made = await probePython(environmentPython(directory));
      if ("why" in made)
        return absent(`its Python does not run: ${made.why}`, environmentSetup[name], directory);
      return present(`Python ${made.version}, ${stamp.packages} packages`, directory);
    },
  };
}

export const pythonExport = environment("export", "Python environment: TensorFlow, tf2onnx", true);
export const pythonOracle = environment("oracle", "Python environment: scikit-learn", true);
