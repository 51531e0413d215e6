"""opencode: the provider block is given by environment, so no file of ours lies in HOME or the workdir."""

from codingagentbench.core.agent import AgentDefinition, NpmInstall

_CONFIG = """{"autoupdate": false, "share": "disabled", "snapshot": false,
 "model": "bench/$MODEL", "small_model": "bench/$MODEL", "enabled_providers": ["bench"],
 "provider": {"bench": {"npm": "@ai-sdk/openai-compatible", "name": "bench",
   "options": {"baseURL": "$BASE_URL", "apiKey": "{env:BENCH_API_KEY}"},
   "models": {"$MODEL": {"name": "$MODEL", "tool_call": true,
                         "limit": {"context": 200000, "output": 32000}}}}},
 "permission": {"*": "allow"}}"""

AGENT = AgentDefinition(
    name="opencode",
    title="opencode",
    version="1.18.33",
    home_page="https://opencode.ai",
    licence="MIT",
    install=NpmInstall(
        package="opencode-linux-x64-baseline",
        bins={"opencode": ("node_modules/opencode-linux-x64-baseline/bin/opencode",)},
    ),
    argv=("$PREFIX/bin/opencode", "run", "--auto", "--title", "bench", "-m", "bench/$MODEL", "$PROMPT"),
    env={
        "BENCH_API_KEY": "$KEY",
        "OPENCODE_CONFIG_CONTENT": _CONFIG,
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
    },
    known_gaps=(
        "the pinned package is the x86-64 build",
        "retries a failing endpoint without end: the gateway ends the cell",
    ),
)
