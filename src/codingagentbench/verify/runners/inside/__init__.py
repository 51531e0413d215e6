"""Programs of the grader's own that run inside the grading sandbox, shown read-only at `/grader`.

They use nothing but their language's standard library. None of them is trusted with a verdict: they report, and
the harness, outside, decides.
"""
