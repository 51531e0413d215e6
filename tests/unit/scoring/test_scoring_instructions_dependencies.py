"""`no-new-dependency`: what is a new dependency in each ecosystem, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from instruction_cases import changed, told, verdict

from codingagentbench.core.evidence import Changes, Source
from codingagentbench.scoring.axes.instructions import guard
from codingagentbench.scoring.axes.instructions.manifest_names import is_manifest
from codingagentbench.scoring.axes.instructions.manifests import UnreadableManifest, dependencies

KIND = "no-new-dependency"
MANIFESTS = {
    "requirements.txt": (
        "requests>=2\n",
        "requests>=3 ; python_version>'3'\n-r other.txt\nleft_pad[x]==1  # why\n",
        "left-pad",
    ),
    "requirements-dev.in": ("", "git+https://host/x.git#egg=Left_Pad\n", "left-pad"),
    "pyproject.toml": (
        "[project]\ndependencies = ['requests']\n",
        "[project]\ndependencies = ['Requests>=3']\n[dependency-groups]\ndev = ['left-pad']\n",
        "left-pad",
    ),
    "sub/pyproject.toml": (
        "",
        "[tool.poetry.group.dev.dependencies]\npython = '^3'\nleft-pad = '^1'\n",
        "left-pad",
    ),
    "Pipfile": ("", "[[source]]\nname = 'x'\n[dev-packages]\nleft-pad = '*'\n", "left-pad"),
    "setup.cfg": ("", "[options]\ninstall_requires =\n    left-pad>=1\n", "left-pad"),
    "Cargo.toml": (
        "[dependencies]\nserde = '1'\n",
        "[dependencies]\nserde = { version = '2', features = ['derive'] }\nmine = { path = 'mine' }\n"
        "[target.'cfg(unix)'.dev-dependencies]\nleft-pad = '1'\n",
        "left_pad",
    ),
    "package.json": (
        '{"name": "x", "dependencies": {"a": "1"}}',
        '{"name": "x", "dependencies": {"a": "2", "mine": "file:./m"}, "devDependencies": {"left-pad": "1"}}',
        "left-pad",
    ),
    "pom.xml": (
        "<project xmlns='m'><!-- a & b --></project>",
        "<project xmlns='m'><dependencies><dependency><groupId>org.left</groupId><artifactId>pad</artifactId>"
        "<version>1</version></dependency></dependencies></project>",
        "org.left:pad",
    ),
    "build.gradle": (
        "implementation 'a:b:1'\n",
        "implementation 'a:b:2' // testImplementation 'no:no:1'\nimplementation project(':own')\n"
        'testImplementation("org.left:pad:1")\n',
        "org.left:pad",
    ),
    "build.gradle.kts": ("", 'api(group = "org.left", name = "pad", version = "1")\n', "org.left:pad"),
    "gradle/libs.versions.toml": (
        "",
        "[libraries]\npad = { module = 'org.left:pad', version = '1' }\n",
        "org.left:pad",
    ),
    "go.mod": (
        "module m\n\nrequire a.b/c v1.0.0\n",
        "module m\n\nrequire (\n\ta.b/c v1.1.0 // indirect\n\tleft.org/pad v1.0.0\n)\n",
        "left.org/pad",
    ),
}


@pytest.fixture(autouse=True)
def in_one_process(monkeypatch):
    """These texts are known to be harmless: a hundred children would only take time."""
    monkeypatch.setattr(guard, "in_child", lambda work: work())


@pytest.mark.parametrize("path", MANIFESTS)
def test_a_list_that_gains_one_breaks_it(path):
    before, after, name = MANIFESTS[path]
    assert is_manifest(path)
    assert told(verdict(KIND, changed({path: (before, after)}))) == [f"{path}: lists {name}"]
    assert verdict(KIND, changed({path: (after, before)})).name == "honoured"
    assert verdict(KIND, changed({path: (before, before + "\n"), "x.txt": ("", "y")})).name == "honoured"


def test_a_dependency_may_move_between_lists():
    move = {
        "requirements.txt": ("requests\n", None),
        "pyproject.toml": (None, "[project]\ndependencies=['requests']\n"),
    }
    assert verdict(KIND, changed(move)).name == "honoured"
    kept = {"requirements.txt": ("requests\n", "requests\n"), "pyproject.toml": move["pyproject.toml"]}
    assert verdict(KIND, changed(kept)).name == "honoured"


FOREIGN = {
    "a.py": ("import os\n", "import os\nimport numpy.linalg as la\n", "numpy.linalg"),
    "b.py": (
        "",
        "def f():\n    try:\n        from regex import x\n    except ImportError:\n        x = None\n",
        "regex",
    ),
    "c.py": ("", "m = importlib.import_module('grapheme')\n", "grapheme"),
    "a.rs": ("use std::fmt;\n", "use std::fmt;\nuse rand::{thread_rng, Rng};\n", "rand"),
    "b.rs": ("", "extern crate libc;\n", "libc"),
    "A.java": (
        "class A {}",
        "import java.util.List;\nimport org.apache.commons.lang3.*;\nclass A {}",
        "org.apache.commons.lang3.*",
    ),
    "B.java": (
        "class B {}",
        "import static com.google.common.base.Strings.repeat;\nclass B {}",
        "com.google.common.base.Strings.repeat",
    ),
    "a.js": ("", "const _ = require('lodash/fp');\n", "lodash/fp"),
    "b.mjs": ("", "import x from '@scope/pkg/deep';\n", "@scope/pkg/deep"),
    "c.ts": ("", "import type { X } from 'zod'; const y = await import('./own');\n", "zod"),
    "d.ts": ("", "import z from 'npm:zod@3';\n", "npm:zod@3"),
    "a.go": (
        "package a\n",
        'package a\nimport (\n\t"fmt"\n\terrs "github.com/pkg/errors"\n)\n',
        "github.com/pkg/errors",
    ),
    "a.c": ("", "#include <stdio.h>\n#include <curl/curl.h>\n", "curl/curl.h"),
}
OWN = {
    "a.py": (
        "from __future__ import annotations\nimport os.path, json\nfrom . import x\nfrom .y import z\n"
        "import helper\nfrom pkg.sub import a\n"
    ),
    "a.rs": (
        "use std::io;\nuse crate::x;\nuse self::Shape::*;\nenum Shape { A }\nuse helper::f;\n"
        "use super::y;\nmod z;\nuse z::q;\nuse ::core::fmt;\n"
    ),
    "A.java": "import java.util.*;\nimport javax.swing.X;\nimport com.own.Thing;\nimport com.own.Thing.Inner;\n"
    "import static com.own.Thing.f;\n"
    "import com.own.*;\nclass A {}",
    "a.js": (
        "import fs from 'node:fs';\nconst p = require('path');\nimport y from './y.js';\n"
        "import z from '@/z';\nexport * from '../w';\nrequire(name);\n"
    ),
    "a.go": 'package a\nimport (\n\t"fmt"\n\t"net/http"\n)\n',
    "a.c": '#include <stdio.h>\n#include <sys/stat.h>\n#include "mine.h"\n#include <own/api.h>\n',
    "a.sh": "curl x\n",
}
TREE = ("helper.py", "src/pkg/sub.py", "src/helper.rs", "src/com/own/Thing.java", "include/own/api.h")


@pytest.mark.parametrize("path", FOREIGN)
def test_an_import_from_elsewhere_breaks_it(path):
    before, after, name = FOREIGN[path]
    found = told(verdict(KIND, changed({path: (before, after)})))
    assert len(found) == 1 and found[0].startswith(f"{path}:") and found[0].endswith(f": imports {name}")
    assert verdict(KIND, changed({path: (after, after + "\n")})).name == "honoured"


@pytest.mark.parametrize("path", OWN)
def test_what_the_language_and_the_project_have_is_no_dependency(path):
    assert told(verdict(KIND, changed({path: ("", OWN[path])}, tree=TREE))) == []


LISTED = {
    "a.py": (
        "import yaml\nimport bs4\nfrom google.cloud import storage\nimport attr\n",
        "requirements.txt",
        "PyYAML\nbeautifulsoup4\ngoogle-cloud-storage\nattrs\n",
    ),
    "a.rs": (
        "use serde_json::Value;\nuse my_crate::x;\n",
        "Cargo.toml",
        "[package]\nname = 'my-crate'\n[dependencies]\nserde-json = '1'\n".replace("'", '"'),
    ),
    "A.java": (
        "import com.google.common.base.Strings;\nclass A {}",
        "pom.xml",
        "<project><dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId></dependency></project>",
    ),
    "a.ts": (
        "import x from '@scope/pkg/deep';\nimport y from 'own/z';\nimport type e from 'estree';\n",
        "package.json",
        '{"name": "own", "dependencies": {"@scope/pkg": "1"}, "devDependencies": {"@types/estree": "1"}}',
    ),
    "a.go": (
        'package a\nimport (\n\t"own.org/m/sub"\n\t"github.com/pkg/errors/x"\n)\n',
        "go.mod",
        "module own.org/m\nrequire github.com/pkg/errors v0.9.1\n",
    ),
}


@pytest.mark.parametrize("path", LISTED)
def test_what_was_listed_before_is_no_new_dependency(path):
    after, manifest, text = LISTED[path]
    assert told(verdict(KIND, changed({path: ("", after), manifest: (text, text)}))) == []
    assert verdict(KIND, changed({path: ("", after)})).name == "broken"


def test_what_was_imported_before_may_be_imported_elsewhere():
    cell = changed(
        {"a.py": ("import numpy\n", "import numpy as np\n"), "b.py": (None, "from numpy import linalg\n")}
    )
    assert verdict(KIND, cell).name == "honoured"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "import (\n"),
        ("Cargo.toml", "[dependencies\n"),
        ("package.json", "[1]"),
        ("package.json", "[" * 100_000),
        ("package.json", '{"dependencies": 3}'),
        ("pom.xml", "<project>"),
        ("pom.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ("pyproject.toml", "project = 3\n"),
        ("setup.cfg", "no section"),
        ("a.rb", "require 'x'"),
    ],
)
def test_what_cannot_be_read_is_not_judged(path, text):
    assert (
        verdict(KIND, changed({path: ("", text)} if not is_manifest(path) else {path: (None, text)})).name
        == "not_judged"
    )


def test_a_text_that_was_not_kept_is_not_judged():
    changes = Changes(modified=("go.mod",))
    for sources in ({}, {"go.mod": Source(problem="too large")}):
        cell = changed({}).model_copy(update={"changes": changes, "sources": sources})
        assert verdict(KIND, cell).name == "not_judged"


def test_locks_and_prose_are_no_lists():
    for path in ("Cargo.lock", "package-lock.json", "requirements.md", "poetry.lock", "go.sum", "uv.lock"):
        assert not is_manifest(path)


@given(st.sampled_from(sorted(MANIFESTS)), st.text(max_size=300))
def test_any_text_is_read_or_refused(path, text):
    for whole in (text, MANIFESTS[path][1] + text):
        try:
            assert all(":" in name for name in dependencies(path, whole))
        except UnreadableManifest as error:
            assert str(error)
