// All packages and examples in one run, as `npm run test:quick` does; inside a package its own config counts.
export { default } from "./vitest.shared.js";
