// Lets Node.js run the repository's TypeScript (tsx), and leaves packages to Node.js itself: tsx would look through each of their files for
// ES syntax, which takes half of a command's start.
import Module from "node:module";

const ofNode = Module._extensions[".js"];
await import("tsx");
const ofTsx = Module._extensions[".js"];
Module._extensions[".js"] = (module, file) => (/[\\/]node_modules[\\/]/.test(file) ? ofNode : ofTsx)(module, file);
