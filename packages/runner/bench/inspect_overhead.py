"""The same eval with Inspect: react with bash on its local sandbox, mockllm. Prints one JSON object of seconds by name."""

import json
import sys
import tempfile
import time

from inspect_ai import Task, eval
from inspect_ai.agent import react
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import includes
from inspect_ai.tool import bash

settings = json.loads(sys.argv[1])


def model(turns):
    def answer(input, tools, tool_choice, config):
        done = sum(1 for message in input if message.role == "assistant")
        name, arguments = ("bash", {"command": settings["command"]}) if done < turns else ("submit", {"answer": "done"})
        output = ModelOutput.for_tool_call("mockllm", name, arguments)
        # Counted otherwise, with a tokenizer that is downloaded.
        output.usage = ModelUsage(input_tokens=100, output_tokens=10, total_tokens=110)
        return output

    return get_model("mockllm/model", custom_outputs=answer)


def run(turns, samples):
    dataset = [Sample(id=f"sample-{number}", input="Work.", target="done") for number in range(samples)]
    task = Task(dataset=dataset, solver=react(tools=[bash(timeout=360)]), scorer=includes(), sandbox="local")
    started = time.perf_counter()
    [log] = eval(
        task, model=model(turns), display="none", max_samples=settings["atATime"], log_dir=tempfile.mkdtemp()
    )
    seconds = time.perf_counter() - started
    if log.status != "success":
        raise SystemExit(f"the run ended with {log.status}: {log.error}")
    return seconds


run(1, 1)
print(json.dumps({name: run(turns, settings["samples"]) for name, turns in settings["runs"].items()}))
