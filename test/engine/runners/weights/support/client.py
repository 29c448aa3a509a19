# The official Python client, unchanged, against an engine: URL MODEL JOB. Prints what it saw as one line of JSON.
import json
import sys

from openai import OpenAI

url, model, job = sys.argv[1:]
client = OpenAI(base_url=url, api_key="sk-test", max_retries=0)
stream = client.chat.completions.create(
    model=model, messages=[{"role": "user", "content": "Question 1"}], temperature=0, max_tokens=20, stream=True
)
seen = {
    "text": "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices),
    "job": client.fine_tuning.jobs.retrieve(job).status,
    "events": len(client.fine_tuning.jobs.list_events(job, limit=100).data),
    "checkpoints": [each.step_number for each in client.fine_tuning.jobs.checkpoints.list(job).data],
    "model": client.models.retrieve(model).id,
}
print(json.dumps(seen))
