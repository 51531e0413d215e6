"""The kit that the other browser tests trust: it must notice what it says it notices."""

import pytest

from support.browser import axe, scrolls_sideways

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
HEAD = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title>\
<meta http-equiv="Content-Security-Policy" content="{CSP}"><script src="own.js" defer></script></head>'


@pytest.fixture
def opened(open_page, tmp_path):
    """Open a body under a strict CSP; gives the page and the faults, which are then taken as seen."""

    def open_body(body, script="", **options):
        (tmp_path / "own.js").write_text(script)
        file = tmp_path / "page.html"
        file.write_text(f"{HEAD}<body><main>{body}</main></body></html>")
        page = open_page(file, **options)
        page.wait_for_timeout(50)
        faults = list(open_page.faults)
        open_page.faults.clear()
        return page, faults

    return open_body


def test_a_sound_page_has_no_faults_and_axe_runs_under_its_csp(opened, open_page):
    page, faults = opened("<h1>Sound</h1><p>Text.</p>", "document.title = 'ran'")
    assert (faults, page.title()) == ([], "ran")
    axe(page)
    assert open_page.faults == []
    assert scrolls_sideways(page) == ""


def test_axe_names_what_is_wrong_and_where(opened):
    page, _ = opened('<h1>x</h1><button id="empty"></button>')
    with pytest.raises(AssertionError, match=r"(?s)critical button-name.*#empty"):
        axe(page)


def test_scripts_can_be_off(opened):
    page, _ = opened("<h1>x</h1>", "document.title = 'ran'", scripts=False)
    assert page.title() == "t"


@pytest.mark.parametrize(
    ("body", "script", "said"),
    [
        ("<h1>x</h1><script>window.pwned = 1</script>", "", "Content Security Policy"),
        ('<h1 style="color:red">x</h1>', "", "Content Security Policy"),
        ("<h1>x</h1>", "console.error('wrong')", "console: wrong"),
        ("<h1>x</h1>", "throw new Error('thrown')", "exception: thrown"),
        ("<h1>x</h1>", "alert('hello')", "dialog: hello"),
        ("<h1>x</h1>", "open('about:blank#new')", "a new window"),
        ('<h1>x</h1><img alt="" src="file:///etc/hostname">', "", "request: file:///etc/hostname"),
        ('<h1>x</h1><img alt="" src="missing.png">', "", "ERR_FILE_NOT_FOUND"),
    ],
    ids=["inline-script", "inline-style", "console", "exception", "dialog", "window", "outside", "missing"],
)
def test_each_fault_is_noticed(opened, body, script, said):
    _, faults = opened(body, script)
    assert any(said in fault for fault in faults), faults


def test_a_request_to_another_host_is_noticed(open_page, tmp_path):
    file = tmp_path / "page.html"
    file.write_text('<!doctype html><title>t</title><img alt="" src="http://127.0.0.1:9/x.png">')
    open_page(file)
    said = list(open_page.faults)
    open_page.faults.clear()
    assert any("request: http://127.0.0.1:9/x.png" in fault for fault in said)


def test_a_page_that_is_too_wide_is_told(opened):
    page, _ = opened(
        '<h1>x</h1><p class="wide"><img alt="" width="2000" height="9"></p><div>' + "x" * 500 + "</div>"
    )
    assert all(part in scrolls_sideways(page) for part in ('<p class="wide">', "<div>xxx", "page.html"))
