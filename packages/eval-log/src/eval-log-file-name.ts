/** What a log's file name is made of. */
export interface EvalLogFileNameOptions {
  /** ISO 8601 time of creation, as in the spec. */
  readonly created: string;
  /** The task's name; a package prefix before "/" is dropped. */
  readonly task: string;
  readonly taskId: string;
  readonly model?: string;
  /** What follows the time; {task}, {id} and {model} are filled in. @default "{task}_{id}" */
  readonly pattern?: string;
}

/**
 * Inspect's name of a log file: `<created>_<task>_<task id>.eval` with "-" for every ":", "+", "/" and "_" of a part.
 *
 * @example evalLogFileName({ created: "2026-11-23T23:07:23+00:00", task: "mle_bench", taskId: "2ZRr" })
 * // "2026-11-23T23-07-23-00-00_mle-bench_2ZRr.eval"
 */
export function evalLogFileName({
  created,
  task,
  taskId,
  model = "",
  pattern = "{task}_{id}",
}: EvalLogFileNameOptions): string {
  const parts: Record<string, string> = {
    "{task}": clean(task.startsWith("hf/") ? task : task.slice(task.lastIndexOf("/") + 1)),
    "{id}": clean(taskId),
    "{model}": model === "none" || model === "none/none" ? "" : clean(model),
  };
  const rest = pattern.replace(/\{(?:task|id|model)\}/g, (name) => parts[name] ?? name);
  return `${clean(created)}_${rest}.eval`;
}

function clean(part: string): string {
  return part.replace(/[_/:+\\]/g, "-");
}
