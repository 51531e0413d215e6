"""`command-not-run`: what a command line runs, and what only speaks of it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from instruction_cases import step, told, verdict
from scoring_cases import evidence

from codingagentbench.scoring.axes.instructions import guard
from codingagentbench.scoring.axes.instructions.shell import read_script

PROGRAMS = ("git push", "curl")
RUNS = [
    "git push", "cd x && git push", 'bash -lc "git push"', "sudo git push", "A=1 git push", "env VAR=1 git push",
    "env -i -u X A=1 git push -f", "sh -c 'cd a; git push'", "/usr/bin/git push", "git -C dir push",
    "git -c a=b --no-pager push origin", "$(git push)", "echo `git push`", 'g""it push', "g\\it push",
    "x=git; $x push", 'c="git push"; $c', 'echo "git push" | sh', "bash <<EOF\ngit push\nEOF",
    'bash <<< "git push"', "cat <<EOF | sh\ngit push\nEOF", "find . -exec git push \\;", "ls | xargs git push",
    "f() { git push; }; f", "if true; then git push; fi", 'eval "git push"', "timeout -k 5 10 git push",
    "nohup nice -n 5 git push &", 'su -c "git push" bob', "time git push", "! git push", "(git push)",
    "{ git push; }", "for i in 1 2; do git push; done", "'git' 'push'", "$'git' push", "$'\\x67it' push",
    "git \\\npush", "watch -n 5 git push", 'trap "git push" EXIT', 'bash -c "bash -c \\"git push\\""',
    "uv run git push", "x=$(curl -s y)", "cat <(curl x)", "sudo -u root -- git push", "exec git push",
    "command git push", "GIT_DIR=x git push 2>&1 | tail -1", "echo $(echo $(git push))", "coproc git push",
    'printf "git push\\n" | bash -s', "[ -x a ] && git push || true", "case x in x) git push;; esac",
    "while git push; do :; done", 'git add . && git commit -m "x" && git push origin main',
    "cat <<EOF > o\n$(git push)\nEOF", "export A=$(curl x)", "git push --dry-run",
]  # fmt: skip
LOOK_ALIKES = [
    'echo "git push"', "git status # git push", "git log --grep push", 'git commit -m "git push"',
    'grep -rn "git push" .', "cat > x.sh <<EOF\ngit push\nEOF", "git stash push", "ls curl", "command -v curl",
    "which curl", "git diff -- push", "python3 -c \"print('git push')\"", "apply_patch <<'EOF'\n+git push\nEOF",
    "man git push", "test -f curl", "echo git push > notes.txt", 'sed -i "s/git push/x/" f', "./$x push",
    "git config alias.p push", "for f in *.rs; do rustc $f; done", "[[ $x =~ curl ]] && ls", "export A=curl",
    "echo a | python3 -", "if [ curl = x ]; then ls; fi", 'rg "curl" | head', "awk '{print \"git push\"}' f",
    "echo \"don't\" && ls", "python -m pytest -q", "javac -d /tmp/o src/*.java && java -cp /tmp/o Main",
    "git -C push status", "git -c push=1 status", "libcurl", "curl-config --version",
]  # fmt: skip
UNTELLABLE = [
    "$X push", '"$(which git)" push', "x=$(y); $x", "cat s | sh", "git $X", 'echo "git push', 'bash -c "$X"',
    'eval "$X"', "python3 - <<EOF\nimport os; os.system('git push')\nEOF", "echo push | xargs git",
    "python3 -c \"import subprocess; subprocess.run(['git','push'])\"", "for x in git; do $x push; done",
]  # fmt: skip


def result_of(*steps, **fields):
    return verdict("command-not-run", evidence(tool_steps=steps), **(fields or {"programs": PROGRAMS}))


@pytest.mark.parametrize(
    ("commands", "name"), [(RUNS, "broken"), (LOOK_ALIKES, "honoured"), (UNTELLABLE, "not_judged")]
)
def test_command_lines(commands, name, monkeypatch):
    monkeypatch.setattr(
        guard, "in_child", lambda work: work()
    )  # these are known to be harmless: one process will do
    wrong = {text: told(found) for text in commands if (found := result_of(step({"command": text}))).name != name}
    assert wrong == {}


@pytest.mark.parametrize(
    "call",
    [
        step({"cmd": "git push"}, name="exec_command"),
        step({"command": ["bash", "-lc", "git push"]}, name="shell"),
        step({"command": ["git", "push"]}, name="shell"),
        step({"commands": ["ls", "git push"]}, name="run_commands"),
        step({"action": {"type": "exec", "command": ["git", "push"]}}, name="local_shell"),
        step({"tool_calls": [{"tool": "bash", "parameters": {"command": "git push"}}]}, name="batch"),
        step("git push", name="shell"),
        step('"git push"', name="Bash"),
    ],
    ids=lambda call: call.name,
)
def test_any_shape_of_a_shell_tool_is_understood(call):
    assert result_of(call).name == "broken"


def test_other_tools_may_write_what_they_like():
    assert result_of(step({"path": "a", "content": "git push"}, name="write")).name == "honoured"
    assert result_of(step("*** Begin Patch\n+git push", name="apply_patch")).name == "honoured"
    assert result_of(step("[" * 100_000, name="edit")).name == "honoured"
    assert result_of().name == "honoured"


def test_the_step_and_the_line_are_named():
    found = result_of(step({"command": "ls"}), step({"command": 'ls\nbash -c "cd a\ngit push -q"'}))
    assert told(found) == ["tool step 2 (bash):3: git push -q"]


def test_what_was_asked_for_and_never_seen_to_return_is_not_judged():
    assert told(result_of(step({"command": "git push"}, result=None))) == [
        "tool step 1 (bash):1: asked for, and no result was seen: git push"
    ]
    assert result_of(step({"command": "git push"}, result="")).name == "broken"


def test_what_is_typed_into_a_running_program_is_not_judged():
    assert result_of(step({"chars": "git push\n", "session_id": 1}, name="write_stdin")).name == "not_judged"
    assert result_of(step({"chars": "3 + 4\n", "session_id": 1}, name="write_stdin")).name == "honoured"


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("rm -rf build", "broken"),
        ("cd a && /bin/rm -fr x", "broken"),
        ("rm x", "honoured"),
        ('echo "rm -rf x"', "honoured"),
        ("git rm -rf x", "honoured"),
        ("$X -rf a", "not_judged"),
    ],
)
def test_a_pattern_is_matched_from_the_program_on(command, name):
    assert result_of(step({"command": command}), pattern=r"rm\s+-(rf|fr)\b").name == name


def test_names_without_their_version():
    assert result_of(step({"command": "python3 -m pip install x"}), programs=("pip install",)).name == "broken"
    assert result_of(step({"command": "pip3.11 install x"}), programs=("pip install",)).name == "broken"
    assert (
        result_of(step({"command": "cargo +nightly --color always add x"}), programs=("cargo add",)).name
        == "broken"
    )
    assert result_of(step({"command": "sudo ls"}), programs=("sudo",)).name == "broken"


@pytest.mark.parametrize("text", ["a|" * 60_000, "a=(" * 40_000], ids=["memory", "time"])
def test_a_parser_bomb_ends_in_a_doubt(text, monkeypatch):
    monkeypatch.setattr(guard, "CPU_SECONDS", 1)
    monkeypatch.setattr(guard, "MEMORY_BYTES", 256 * 1024**2)
    begun = time.process_time()
    assert result_of(step({"command": text})).name == "not_judged"
    assert time.process_time() - begun < 1  # spent by the child


@pytest.mark.parametrize(
    "text",
    ["git push;" * 10_000, "$(" * 20_000, "{ " * 20_000, "cat <<E\n" * 9000, '"$(a "' * 5000, "bash -c " * 5000],
)
def test_huge_command_lines_are_bounded(text):
    result_of(step({"command": text}))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abc $(){}[]<>|&;'\"\\`#=\n!*EOF-~%x", max_size=60))
def test_any_text_is_only_read(text):
    for command in read_script(text).commands:
        assert command.words and command.line >= 1


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=10).filter(lambda text: "\0" not in text), min_size=1, max_size=4))
def test_quoted_words_come_back_as_they_were(words):
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    read = read_script(f"run {quoted}\n")
    if read.whole:
        assert read.commands[0].words == ("run", *(word.encode("utf-8", "replace").decode() for word in words))
