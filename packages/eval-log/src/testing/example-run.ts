import type {
  ChatMessage,
  ChatMessageAssistant,
  EvalEvent,
  EvalSample,
  EvalSpec,
  ModelEvent,
  ToolInfo,
} from "@mlebench/base/log-types";

const MODEL = "mock/model";

const BASH: ToolInfo = {
  name: "bash",
  description: "Runs a command.",
  parameters: {
    type: "object",
    properties: { command: { type: "string", description: "The command." } },
    required: ["command"],
    additionalProperties: false,
  },
};

/** A spec as a run of mle_bench writes it; give what shall differ. */
export function exampleSpec(changes: Partial<EvalSpec> = {}): EvalSpec {
  return {
    created: "2026-11-23T23:07:23+00:00",
    task: "mle_bench",
    task_id: "2ZRrBtAXhjyaNE4uoS6c84",
    task_version: 7,
    task_display_name: "mle_bench",
    task_args: { max_messages: 30 },
    task_args_passed: { max_messages: 30 },
    dataset: { name: "mle_bench", samples: 1, sample_ids: ["spaceship-titanic"], shuffled: false },
    model: MODEL,
    config: { epochs: 1, message_limit: 30 },
    packages: { mlebench: "0.0.0" },
    scorers: [{ name: "mle_bench_scorer", options: {}, metrics: {} }],
    ...changes,
  };
}

/** What {@link exampleSample} takes; everything in a sample may be replaced. */
export interface ExampleSampleOptions extends Partial<EvalSample> {
  /** Turns of the conversation, each one command and its output. @default 2 */
  readonly turns?: number;
  /** What each command prints. @default a line */
  readonly commandOutput?: string;
}

/** A sample as a short run of the agent leaves it: messages, events of every usual kind, score and usage. */
export function exampleSample({
  turns = 2,
  commandOutput = "hello\n",
  ...changes
}: ExampleSampleOptions = {}): EvalSample {
  const messages: ChatMessage[] = [
    { id: "m-system", role: "system", content: "Please solve the task." },
    { id: "m-user", role: "user", source: "input", content: "Read /home/data/description.md and begin." },
  ];
  const events: EvalEvent[] = [
    { event: "span_begin", id: "s-init", name: "init", type: "init" },
    {
      event: "sample_init",
      span_id: "s-init",
      sample: { id: "spaceship-titanic", input: "Begin.", target: "" },
      state: {},
    },
    { event: "span_end", id: "s-init" },
    { event: "span_begin", id: "s-agent", name: "react", type: "agent" },
  ];
  for (let turn = 1; turn <= turns; turn += 1) {
    const call = { id: `call-${turn}`, function: "bash", arguments: { command: `echo ${turn}` } };
    const answer: ChatMessageAssistant = {
      id: `m-answer-${turn}`,
      role: "assistant",
      source: "generate",
      model: MODEL,
      content: `Turn ${turn}: a look at the data, in a sentence that is long enough to be moved out of the event, being more than a hundred characters.`,
      tool_calls: [call],
    };
    events.push(modelEvent([...messages], answer));
    messages.push(answer);
    messages.push({
      id: `m-result-${turn}`,
      role: "tool",
      function: "bash",
      tool_call_id: call.id,
      content: `${turn}: ${commandOutput}`,
    });
    events.push(
      {
        event: "tool",
        span_id: "s-agent",
        id: call.id,
        function: "bash",
        arguments: call.arguments,
        result: commandOutput,
      },
      {
        event: "sandbox",
        span_id: "s-agent",
        action: "exec",
        cmd: `bash --login -c 'echo ${turn}'`,
        result: 0,
        output: commandOutput,
      },
    );
  }
  const score = {
    value: { valid_submission: true, above_median: true, any_medal: false },
    explanation: "valid, above the median",
    metadata: { competition_id: "spaceship-titanic", score: 0.79 },
  };
  events.push(
    { event: "sample_limit", span_id: "s-agent", type: "message", message: "Message limit reached.", limit: 30 },
    { event: "info", source: "mlebench", data: { validation_calls: 1 } },
    { event: "span_end", id: "s-agent" },
    { event: "score", scorer: "mle_bench_scorer", score, target: "" },
  );
  return {
    id: "spaceship-titanic",
    epoch: 1,
    input: "Begin.",
    target: "",
    sandbox: { type: "local" },
    messages,
    output: { model: MODEL, choices: [], completion: "Done." },
    scores: { mle_bench_scorer: score },
    events,
    model_usage: { [MODEL]: { input_tokens: 100 * turns, output_tokens: 20 * turns, total_tokens: 120 * turns } },
    started_at: "2026-11-23T23:07:24+00:00",
    completed_at: "2026-11-23T23:07:52+00:00",
    total_time: 28,
    working_time: 27.5,
    uuid: "sample-uuid",
    limit: { type: "message", limit: 30, reason: "Message limit reached." },
    turn_count: turns,
    message_limit: 30,
    ...changes,
  };
}

function modelEvent(input: ChatMessage[], answer: ChatMessageAssistant): ModelEvent {
  return {
    event: "model",
    span_id: "s-agent",
    timestamp: "2026-11-23T23:07:25+00:00",
    working_start: 1,
    model: MODEL,
    input,
    tools: [BASH],
    tool_choice: "auto",
    config: {},
    output: {
      model: "model",
      choices: [{ message: answer, stop_reason: "tool_calls" }],
      usage: { input_tokens: 100, output_tokens: 20, total_tokens: 120 },
      time: 0.5,
    },
    call: {
      request: { model: "model", messages: input.map(({ role, content }) => ({ role, content })) },
      response: { id: "r" },
      time: 0.5,
    },
  };
}
