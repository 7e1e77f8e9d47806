# Puts Inspect's providers through the conversations of src/parity/scripts.ts: reads a list of them with addresses from
# standard input, and plays each until its replies are over. The server behind the addresses notes the requests.
import asyncio
import json
import os
import sys

from inspect_ai.model import (
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    GenerateConfig,
    get_model,
)
from inspect_ai.tool import ToolInfo, ToolParam, ToolParams, bash
from inspect_ai.util import JSONSchema

SUBMIT = ToolInfo(
    name="submit",
    description="Submit an answer for evaluation.",
    parameters=ToolParams(
        properties={"answer": JSONSchema(type="string", description="Submitted answer")},
        required=["answer"],
    ),
)


async def play(script, texts):
    model = get_model(
        script["model"],
        base_url=script["url"],
        api_key="key",
        config=GenerateConfig(max_retries=0, **script["config"]),
        memoize=False,
    )
    messages = [ChatMessageSystem(content=texts["system"]), ChatMessageUser(content=texts["task"])]
    for _ in range(script["turns"]):
        output = await model.generate(messages, tools=[bash(timeout=360), SUBMIT])
        messages.append(output.message)
        calls = output.message.tool_calls or []
        for call in calls:
            messages.append(ChatMessageTool(content="ok", tool_call_id=call.id, function=call.function))
        if not calls:
            messages.append(ChatMessageUser(content=texts["continue"]))


async def main():
    given = json.load(sys.stdin)
    failed = []
    for script in given["scripts"]:
        try:
            await play(script, given["texts"])
        except Exception as error:
            failed.append(f"{script['name']}: {error!r}"[:500])
    print("\n".join(failed), file=sys.stderr)


for name in ["DEEPSEEK", "TOGETHER", "FIREWORKS", "ACME", "SAMBANOVA", "MOONSHOT", "PERPLEXITY", "OPENROUTER", "OPENAI"]:
    os.environ[f"{name}_API_KEY"] = "key"
asyncio.run(main())
