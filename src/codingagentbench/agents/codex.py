"""codex: speaks the responses API only; the lean feature set keeps provider-hosted tools out of requests."""

from codingagentbench.core.agent import AgentDefinition, NpmInstall

_CONFIG = """model = "$MODEL"
model_provider = "bench"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
web_search = "disabled"
model_context_window = 200000
[features]
plugins = false
remote_plugin = false
apps = false
goals = false
image_generation = false
skill_search = false
[agents]
enabled = false
[model_providers.bench]
name = "bench"
base_url = "$BASE_URL"
env_key = "BENCH_API_KEY"
wire_api = "responses"
request_max_retries = 2
stream_max_retries = 1
[analytics]
enabled = false
"""

AGENT = AgentDefinition(
    name="codex",
    title="OpenAI Codex CLI",
    version="0.169.0",
    home_page="https://github.com/openai/codex",
    licence="Apache-2.0",
    wire_api="responses",
    install=NpmInstall(
        package="@openai/codex",
        bins={"codex": ("node_modules/@openai/codex-linux-*/vendor/*/bin/codex",)},
    ),
    argv=(
        *("$PREFIX/bin/codex", "exec", "--dangerously-bypass-approvals-and-sandbox"),
        *("--skip-git-repo-check", "--ephemeral", "$PROMPT"),
    ),
    env={"BENCH_API_KEY": "$KEY"},
    files={".codex/config.toml": _CONFIG},
    known_gaps=("needs an endpoint that serves /v1/responses",),
)
