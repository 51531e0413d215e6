"""pi: a providers file in HOME; 0.87 reads the key's environment variable by `$NAME`."""

from codingagentbench.core.agent import AgentDefinition, NpmInstall

_MODELS = """{"providers": {"bench": {"baseUrl": "$BASE_URL", "apiKey": "$$BENCH_API_KEY",
  "api": "openai-completions",
  "models": [{"id": "$MODEL", "name": "$MODEL", "reasoning": false, "input": ["text"],
              "contextWindow": 200000, "maxTokens": 32000,
              "cost": {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0}}]}}}
"""

AGENT = AgentDefinition(
    name="pi",
    title="pi",
    version="0.87.1",
    home_page="https://pi.dev",
    licence="MIT",
    install=NpmInstall(package="@earendil-works/pi-coding-agent"),
    argv=(
        "$NODE",
        "$PREFIX/node_modules/@earendil-works/pi-coding-agent/dist/bundle/cli.js",
        *("--provider", "bench", "--model", "$MODEL", "-p", "--no-session", "$PROMPT"),
    ),
    env={
        "BENCH_API_KEY": "$KEY",
        "PI_OFFLINE": "1",
        "PI_SKIP_VERSION_CHECK": "1",
        "PI_TELEMETRY": "0",
    },
    files={".pi/agent/models.json": _MODELS},
)
