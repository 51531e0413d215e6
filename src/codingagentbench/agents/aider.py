"""aider: one-shot SEARCH/REPLACE edits in the reply; it has no tools, so it cannot run the tests itself."""

from codingagentbench.core.agent import AgentDefinition, PypiInstall

_METADATA = """{"openai/$MODEL": {"max_input_tokens": 200000, "max_output_tokens": 32000,
  "input_cost_per_token": 0, "output_cost_per_token": 0, "litellm_provider": "openai", "mode": "chat"}}
"""

AGENT = AgentDefinition(
    name="aider",
    title="aider",
    version="0.86.2",
    home_page="https://aider.chat",
    licence="Apache-2.0",
    install=PypiInstall(package="aider-chat", python=("python3.12", "python3.11", "python3.10")),
    argv=(
        *("$PREFIX/venv/bin/python", "-m", "aider"),
        *("--model", "openai/$MODEL", "--weak-model", "openai/$MODEL"),
        *("--model-metadata-file", "$HOME/.aider/models.json", "--edit-format", "diff"),
        *("--yes-always", "--no-check-update", "--no-show-release-notes", "--no-show-model-warnings"),
        *("--analytics-disable", "--no-gitignore", "--no-auto-commits", "--no-detect-urls", "--no-fancy-input"),
        *(
            "--no-suggest-shell-commands",
            "--read",
            "AGENTS.md",
        ),
        *("--input-history-file", "$HOME/.aider/input", "--chat-history-file", "$HOME/.aider/chat.md"),
        *("--llm-history-file", "$HOME/.aider/llm.txt", "--message", "$PROMPT"),
    ),
    env={
        "OPENAI_API_KEY": "$KEY",
        "OPENAI_API_BASE": "$BASE_URL",
        "AIDER_ANALYTICS_DISABLE": "1",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    },
    files={".aider/models.json": _METADATA},
    housekeeping=(".aider*", ".aider*/**"),
    known_gaps=(
        "exits 0 when the endpoint fails: the gateway's count decides, not the exit code",
        "cannot delete a file: its edit format leaves an empty one",
    ),
)
