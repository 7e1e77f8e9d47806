# Sourced by every login shell: the agent's Python comes first.
if [ -z "${VIRTUAL_ENV:-}" ] && [ -r /opt/agent/bin/activate ]; then
  VIRTUAL_ENV_DISABLE_PROMPT=1
  . /opt/agent/bin/activate
fi
