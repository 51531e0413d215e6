"""JUnit 4 and JUnit 5, started by the grader's own listener and not by a console launcher."""

from __future__ import annotations

from codingagentbench.verify.runners.java_plain import PlainJava

_JUNIT4 = """\
import org.junit.Assert;
import org.junit.Test;

public class C{control} {{
    @Test public void equal() {{ Assert.assertEquals(1, 2); }}
    @Test public void holds() {{ Assert.assertTrue(false); }}
    @Test public void thrown() {{ throw new IllegalStateException("{token}"); }}
    @Test public void statement() {{ assert false; }}
}}
"""
_JUNIT5 = (
    _JUNIT4.replace("org.junit.Assert;", "org.junit.jupiter.api.Assertions;")
    .replace("Assert.", "Assertions.")
    .replace("org.junit.Test;", "org.junit.jupiter.api.Test;")
)


class JUnit4(PlainJava):
    """Ids: `package.Class::method`."""

    program, jars, controls, count = "CabJUnit4", ("/opt/toolchains/junit4/*",), _JUNIT4, 4


class JUnit5(PlainJava):
    """Ids: `package.Class::method`, of repeated and parametrised tests `method[n]`."""

    program, jars, controls, count = "CabJUnit5", ("/opt/toolchains/junit5/*",), _JUNIT5, 4


RUNNERS = {"junit4": JUnit4(), "junit5": JUnit5()}
